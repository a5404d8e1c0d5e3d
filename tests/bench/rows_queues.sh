# Sourced by run: queues and a gateway as teams write it today. The same 300 bytes are put into each; how safe each
# keeps them stands in its row. Brokers speak protocols of their own, so their clients differ.
# shellcheck shell=bash
# shellcheck disable=SC2154  # $server, $row_dir, $scratch, $seconds: measure.sh and run

# measure_client ROW CLIENT…: a client prints "count seconds".
measure_client() {
    local row=$1 before after count duration
    shift
    before=$(cpu_of "$server")
    read -r count duration < <(taskset -c "$load_core" "$@" 2>>"$scratch/$row.log")
    after=$(cpu_of "$server")
    record "$row" "$count" "$duration" $((after - before))
}

can_beanstalkd() { need beanstalkd; }
what_beanstalkd() { echo "beanstalkd, put, synced each time (\`-f0\`), 64 connections"; }
row_beanstalkd() {
    local port
    port=$(free_port)
    start "$server_core" beanstalkd -l 127.0.0.1 -p "$port" -b "$row_dir" -f0
    await_port "$port"
    measure_client beanstalkd "$bench_programs/put_client" beanstalk "$port" 64 "$seconds"
}

can_beanstalkd_unsynced() { need beanstalkd; }
what_beanstalkd_unsynced() { echo "beanstalkd, put, written but never synced (\`-F\`), 64 connections"; }
row_beanstalkd_unsynced() {
    local port
    port=$(free_port)
    start "$server_core" beanstalkd -l 127.0.0.1 -p "$port" -b "$row_dir" -F
    await_port "$port"
    measure_client beanstalkd_unsynced "$bench_programs/put_client" beanstalk "$port" 64 "$seconds"
}

can_redis_streams() { need redis-server; }
what_redis_streams() { echo "Redis Streams, XADD, \`appendfsync always\`, 64 connections"; }
row_redis_streams() {
    local port
    port=$(free_port)
    start "$server_core" redis-server --bind 127.0.0.1 --port "$port" --dir "$row_dir" --save '' \
        --appendonly yes --appendfsync always --auto-aof-rewrite-percentage 0
    await_port "$port"
    measure_client redis_streams "$bench_programs/put_client" redis "$port" 64 "$seconds"
}

can_rabbitmq() {
    need /usr/sbin/rabbitmq-server || return 1
    [[ -x $bench_programs/put_client_amqp ]] || {
        echo "librabbitmq-dev was not there when the clients were built"
        return 1
    }
}
what_rabbitmq() { echo "RabbitMQ, durable classic queue, persistent messages, publisher confirms, 64 unconfirmed at a time"; }
row_rabbitmq() {
    local port dist names
    port=$(free_port)
    dist=$(free_port)
    names=$(free_port)
    export RABBITMQ_NODE_PORT=$port RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODENAME="bench$port@localhost" \
        RABBITMQ_MNESIA_BASE=$row_dir/mnesia RABBITMQ_LOG_BASE=$row_dir/log RABBITMQ_ENABLED_PLUGINS_FILE=$row_dir/plugins \
        RABBITMQ_DIST_PORT=$dist ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$names HOME=$row_dir
    echo '[].' >"$row_dir/plugins"
    mkdir -p "$row_dir/mnesia" "$row_dir/log"
    chmod -R 777 "$row_dir"
    start "$server_core" /usr/lib/rabbitmq/bin/rabbitmq-server
    await_port "$port" && sleep 3
    measure_client rabbitmq "$bench_programs/put_client_amqp" "$port" 64 "$seconds"
}

# The newest server that is installed.
postgres_bin() {
    find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1
}

can_postgresql() { need "$(postgres_bin)/postgres" "$(postgres_bin)/pgbench"; }
what_postgresql() { echo "PostgreSQL as a queue: INSERT, and claim and DELETE with SKIP LOCKED; whole lives, 32 connections"; }
row_postgresql() {
    local port bin as=()
    port=$(free_port)
    bin=$(postgres_bin)
    if [[ $(id -u) -eq 0 ]]; then
        as=(setpriv --reuid postgres --regid postgres --clear-groups)
        chown postgres "$row_dir"
    fi
    "${as[@]}" "$bin/initdb" -D "$row_dir/db" -U bench --auth=trust >"$row_dir/initdb.log"
    start "$server_core" "${as[@]}" "$bin/postgres" -D "$row_dir/db" -p "$port" -h 127.0.0.1 -k "$row_dir"
    await_port "$port" && sleep 1
    "$bin/psql" -q -h 127.0.0.1 -p "$port" -U bench postgres -c "CREATE TABLE task (id bigserial PRIMARY KEY, body text)"
    cat >"$row_dir/life.sql" <<'END'
INSERT INTO task (body) VALUES (repeat('x', 300));
DELETE FROM task WHERE id = (SELECT id FROM task ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED);
END
    local before after out
    before=$(cpu_of "$server")
    out=$(taskset -c "$load_core" "$bin/pgbench" -n -h 127.0.0.1 -p "$port" -U bench -c 32 -j 1 -T "$seconds" -M prepared \
        -f "$row_dir/life.sql" postgres)
    after=$(cpu_of "$server")
    record postgresql "$(awk '/actually processed/ {sub("/.*", "", $NF); print $NF}' <<<"$out")" "$seconds" $((after - before))
}

readonly node_folder=$PWD/build/bench/node
can_node_bullmq() {
    need node npm redis-server wrk || return 1
    [[ -d $node_folder/node_modules/bullmq ]] && return
    mkdir -p "$node_folder"
    cp tests/bench/node/package.json tests/bench/node/gateway.js "$node_folder/"
    (cd "$node_folder" && timeout 120 npm install --silent --no-audit --no-fund >/dev/null 2>&1) || {
        echo "its packages cannot be fetched (offline)"
        return 1
    }
}
what_node_bullmq() { echo "Fastify + BullMQ + Redis (\`appendfsync always\`), accepted only, 64 connections; CPU of both"; }
row_node_bullmq() {
    local redis port first before after count duration
    redis=$(free_port)
    start "$server_core" redis-server --bind 127.0.0.1 --port "$redis" --dir "$row_dir" --save '' --appendonly yes --appendfsync always
    first=$server
    await_port "$redis"
    port=$(free_port)
    cp tests/bench/node/gateway.js "$node_folder/"
    start "$server_core" node "$node_folder/gateway.js" "$port" "$redis"
    await_port "$port"
    before=$(($(cpu_of "$server") + $(cpu_of "$first")))
    read -r count duration < <(http_load 64 "http://127.0.0.1:$port/in/crm")
    after=$(($(cpu_of "$server") + $(cpu_of "$first")))
    record node_bullmq "$count" "$duration" $((after - before))
}
