# Sourced by run: `./run --cluster` starts PostgreSQL, three gateways that share it and nginx in
# front of them, all on loopback from Debian's packages, and says what to kill to see it survive.
# Everything it starts and writes ends with it. Uses start, stop, is_taken and holder_of of run.
# shellcheck shell=bash

readonly cluster=build/cluster
readonly cluster_front=8080 cluster_database=15432 cluster_sink=9000
readonly -a cluster_public=(8091 8092 8093) cluster_admin=(8081 8082 8083)
cluster_home=""
declare -a cluster_pids=()

# PostgreSQL refuses to run as root; its package brings a user for it.
as_postgres() {
    if [[ $(id -u) -eq 0 ]]; then
        (cd / && setpriv --reuid postgres --regid postgres --init-groups "$@")
    else
        "$@"
    fi
}

stop_cluster() {
    trap '' INT TERM
    local pid
    # The gateways first: they drain, and PostgreSQL takes what they have to write.
    for pid in "${cluster_pids[@]}"; do
        stop "$pid"
    done
    if [[ -n $cluster_home ]]; then
        as_postgres "$cluster_bin/pg_ctl" -D "$cluster_home/data" -m fast -w stop >/dev/null 2>&1 || true
        rm -rf "$cluster_home"
    fi
}

# shellcheck disable=SC2317  # Called by the trap.
cluster_interrupted() {
    echo
    echo "Stopping: what is in flight ends first."
    stop_cluster
    exit 0
}

require_cluster_ports() {
    local port
    for port in "$cluster_front" "$cluster_database" "$cluster_sink" "${cluster_public[@]}" \
        "${cluster_admin[@]}"; do
        if is_taken "$port"; then
            echo "Port $port is taken by $(holder_of "$port"). End it and start again." >&2
            exit 69
        fi
    done
}

start_database() {
    cluster_bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -1)
    # A place that the user postgres can reach, wherever this checkout lies.
    cluster_home=$(mktemp -d /tmp/sluice-cluster.XXXXXX)
    [[ $(id -u) -ne 0 ]] || chown postgres "$cluster_home"
    as_postgres "$cluster_bin/initdb" -D "$cluster_home/data" -U sluice -A trust >/dev/null
    as_postgres "$cluster_bin/pg_ctl" -D "$cluster_home/data" -w -l "$cluster_home/log" \
        -o "-p $cluster_database -k $cluster_home -c listen_addresses=127.0.0.1" start >/dev/null
    as_postgres "$cluster_bin/createdb" -h 127.0.0.1 -p "$cluster_database" -U sluice sluice
}

# The demonstration's configuration with a listener of its own and the shared store.
write_member() {
    local n=$1 folder="$cluster/gw-$((n + 1))"
    mkdir -p "$folder"
    sed -e "s/^listen = .*/listen = \"127.0.0.1:${cluster_public[n]}\"/" \
        -e "s/^admin  = .*/admin  = \"127.0.0.1:${cluster_admin[n]}\"\ntrusted_proxies = [\"127.0.0.1\"]/" \
        -e "s|^data   = .*|data   = \"$folder/data\"|" deploy/demo.toml >"$folder/sluice.toml"
    cat >>"$folder/sluice.toml" <<END

[store]
engine = "postgres"
url = "postgresql://sluice@127.0.0.1:$cluster_database/sluice"
lease = "5s"

[cluster]
name = "gw-$((n + 1))"
END
    chmod 600 "$folder/sluice.toml"
}

write_front() {
    local port
    {
        echo "worker_processes 1; pid $PWD/$cluster/nginx.pid; error_log $PWD/$cluster/nginx.log;"
        echo "events { worker_connections 1024; }"
        echo "http { access_log off; upstream sluice { keepalive 32;"
        for port in "${cluster_public[@]}"; do
            echo "server 127.0.0.1:$port max_fails=1 fail_timeout=1s;"
        done
        # A call goes to another gateway only where it was not sent: never twice.
        cat <<END
} server { listen 127.0.0.1:$cluster_front; location / { proxy_pass http://sluice;
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host \$host;
  proxy_set_header X-Forwarded-For \$remote_addr; proxy_set_header X-Forwarded-Proto \$scheme;
  proxy_next_upstream error timeout; proxy_connect_timeout 1s; proxy_read_timeout 330s; } } }
END
    } >"$cluster/nginx.conf"
}

wait_until_member_ready() {
    local n=$1 tries
    for ((tries = 0; tries < 300; ++tries)); do
        kill -0 "${cluster_pids[n]}" 2>/dev/null || return 1
        if curl -fs --noproxy '*' -o /dev/null --max-time 1 \
            "http://127.0.0.1:${cluster_admin[n]}/readyz"; then
            return 0
        fi
        sleep 0.1
    done
    return 1
}

print_cluster() {
    cat <<END

Three gateways share one queue in PostgreSQL (127.0.0.1:$cluster_database) behind nginx. A call:

  curl -i http://127.0.0.1:$cluster_front/in/crm -H 'Content-Type: application/json' -d '{"hello":"world"}'

What is delivered arrives at the sink, recorded in $cluster/deliveries. Consoles:
  http://127.0.0.1:${cluster_admin[0]}/  http://127.0.0.1:${cluster_admin[1]}/  http://127.0.0.1:${cluster_admin[2]}/   (token: demo)

Queue some calls for a minute from now, then kill a gateway: the others take over what it held.

  for i in \$(seq 100); do curl -s -o /dev/null http://127.0.0.1:${cluster_public[0]}/v1/tasks \\
    -H 'Authorization: Bearer $security_id' \\
    -H 'Content-Type: application/json' -d '{"destination":"crm","delay":"60s","body":"'\$i'"}'; done
  kill -9 ${cluster_pids[0]}        # gw-1
  grep 'taken over' $cluster/gw-2/log $cluster/gw-3/log

Ctrl-C ends all of it.
END
}

run_cluster() {
    require_cluster_ports
    rm -rf "$cluster"
    mkdir -p "$cluster"
    trap cluster_interrupted INT TERM
    echo "Starting PostgreSQL, three gateways and nginx."
    start_database
    local n
    for n in 0 1 2; do
        write_member "$n"
        start "$program" serve --config "$cluster/gw-$((n + 1))/sluice.toml" \
            >"$cluster/gw-$((n + 1))/log" 2>&1
        cluster_pids+=("$!")
    done
    start "$program" sink --listen "127.0.0.1:$cluster_sink" --record "$cluster/deliveries" \
        >"$cluster/sink.log" 2>&1
    cluster_pids+=("$!")
    write_front
    start nginx -p "$PWD/$cluster" -c "$PWD/$cluster/nginx.conf" -g 'daemon off;' \
        >"$cluster/nginx.out" 2>&1
    cluster_pids+=("$!")
    for n in 0 1 2; do
        if ! wait_until_member_ready "$n"; then
            echo "gw-$((n + 1)) is not ready; see $cluster/gw-$((n + 1))/log." >&2
            stop_cluster
            exit 70
        fi
    done
    print_cluster
    # Members may be killed: that is what it is for. It ends with Ctrl-C.
    while :; do wait -n || true; jobs -r | grep -q . || break; done
    stop_cluster
}
