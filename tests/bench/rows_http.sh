# Sourced by run: what speaks HTTP. Each row has can_, what_ and row_.
# shellcheck shell=bash
# shellcheck disable=SC2154  # $server, $row_dir, $scratch, $seconds: measure.sh and run

readonly program=$PWD/build/release/sluice
readonly bench_programs=$PWD/build/release/tests/bench

# --- limits of the machine ----------------------------------------------------------------------

can_sync_rate() { :; }
what_sync_rate() { echo "the disk: 4 KiB written over zeros and fdatasync, one after the other"; }
row_sync_rate() {
    local count duration
    read -r count duration < <(taskset -c "$server_core" "$bench_programs/sync_rate" "$row_dir" "$seconds")
    record sync_rate "$count" "$duration" 0
}

can_epoll_server() { need wrk; }
what_epoll_server() { echo "the kernel: a minimal epoll server that answers 202 to whatever it reads, 64 connections"; }
row_epoll_server() {
    local port
    port=$(free_port)
    start "$server_core" "$bench_programs/epoll_server" "$port"
    await_port "$port"
    measure_http epoll_server 64 "http://127.0.0.1:$port/in/crm"
}

# --- nginx and HAProxy --------------------------------------------------------------------------

# nginx_with SERVER_BLOCK: starts one worker with it on $port.
nginx_with() {
    local core=$1 block=$2
    cat >"$row_dir/nginx.$port.conf" <<END
daemon off;
worker_processes 1;
pid $row_dir/nginx.$port.pid;
error_log $row_dir/nginx.$port.log crit;
events { worker_connections 4096; }
http {
    access_log off;
    client_body_temp_path $row_dir/body;
    proxy_temp_path $row_dir/proxy;
    fastcgi_temp_path $row_dir/f; uwsgi_temp_path $row_dir/u; scgi_temp_path $row_dir/s;
    keepalive_requests 100000000;
    $block
}
END
    start "$core" nginx -c "$row_dir/nginx.$port.conf"
    await_port "$port"
}

can_nginx_return() { need nginx wrk; }
what_nginx_return() { echo "nginx \`return 202\`, nothing kept, 64 connections"; }
row_nginx_return() {
    local port
    port=$(free_port)
    nginx_with "$server_core" "server { listen 127.0.0.1:$port; location / { return 202; } }"
    measure_http nginx_return 64 "http://127.0.0.1:$port/in/crm"
}

# A destination that costs little, on the load's core: $destination is its port.
start_destination() {
    local port
    port=$(free_port)
    nginx_with "$load_core" "server { listen 127.0.0.1:$port; location / { return 200; } }"
    destination=$port
}

can_nginx_proxy() { need nginx wrk; }
what_nginx_proxy() { echo "nginx \`proxy_pass\` with kept connections, nothing kept, 64 connections"; }
row_nginx_proxy() {
    local port
    start_destination
    port=$(free_port)
    nginx_with "$server_core" "upstream d { server 127.0.0.1:$destination; keepalive 64; }
        server { listen 127.0.0.1:$port; location / { proxy_pass http://d; proxy_http_version 1.1; proxy_set_header Connection ''; } }"
    measure_http nginx_proxy 64 "http://127.0.0.1:$port/in/crm"
}

haproxy_with() {
    cat >"$row_dir/haproxy.cfg" <<END
global
    nbthread 1
    maxconn 4096
defaults
    mode http
    timeout client 30s
    timeout server 30s
    timeout connect 5s
$1
END
    start "$server_core" haproxy -db -f "$row_dir/haproxy.cfg"
    await_port "$port"
}

can_haproxy_return() { need haproxy wrk; }
what_haproxy_return() { echo "HAProxy \`http-request return\`, nothing kept, 64 connections"; }
row_haproxy_return() {
    local port
    port=$(free_port)
    haproxy_with "frontend f
    bind 127.0.0.1:$port
    http-request return status 200"
    measure_http haproxy_return 64 "http://127.0.0.1:$port/in/crm"
}

can_haproxy_proxy() { need haproxy nginx wrk; }
what_haproxy_proxy() { echo "HAProxy as a proxy with kept connections, nothing kept, 64 connections"; }
row_haproxy_proxy() {
    local port
    start_destination
    port=$(free_port)
    haproxy_with "listen l
    bind 127.0.0.1:$port
    http-reuse always
    server d 127.0.0.1:$destination"
    measure_http haproxy_proxy 64 "http://127.0.0.1:$port/in/crm"
}

# --- Sluice -------------------------------------------------------------------------------------

# write_configuration [EXTRA KEYS OF THE DESTINATION]: one I/O thread, durability fsync, on $port and
# $admin, everything in $row_dir.
write_configuration() {
    cat >"$row_dir/sluice.toml" <<END
listen = "127.0.0.1:$port"
admin = "127.0.0.1:$admin"
data = "$row_dir/data"
threads = 1
[[account]]
id = "bench"
allow_from = ["127.0.0.0/8"]
allow_http = true
[[destination]]
name = "crm"
url = "http://127.0.0.1:${destination:-1024}/crm"
allow_http = true
allow_networks = ["127.0.0.0/8"]
$1
[[route]]
path = "/in/crm"
account = "bench"
destinations = ["crm"]
END
    chmod 600 "$row_dir/sluice.toml"
}

# start_sluice [EXTRA KEYS OF THE DESTINATION]
start_sluice() {
    port=$(free_port)
    admin=$(free_port)
    write_configuration "$1"
    start "$server_core" "$program" serve --config "$row_dir/sluice.toml"
    await_port "$port"
}

# Tasks that stay in the queue: accepting alone is measured.
readonly held='rate = 1
period = "24h"
burst = 1'

can_sluice_accept_64() { need wrk; }
what_sluice_accept_64() { echo "**Sluice**, accepted and synced (\`fsync\`), 64 connections"; }
row_sluice_accept_64() {
    local port admin destination=
    start_sluice "$held"
    measure_http sluice_accept_64 64 "http://127.0.0.1:$port/in/crm"
}

can_sluice_accept_256() { need wrk; }
what_sluice_accept_256() { echo "**Sluice**, accepted and synced, 256 connections"; }
row_sluice_accept_256() {
    local port admin destination=
    start_sluice "$held"
    measure_http sluice_accept_256 256 "http://127.0.0.1:$port/in/crm"
}

can_sluice_accept_pipelined() { need wrk; }
what_sluice_accept_pipelined() { echo "**Sluice**, accepted and synced, 64 connections, 16 requests pipelined"; }
row_sluice_accept_pipelined() {
    local port admin destination=
    start_sluice "$held"
    measure_http sluice_accept_pipelined 64 "http://127.0.0.1:$port/in/crm" 16
}

delivered_by() {
    curl -fs "http://127.0.0.1:$1/metrics" |
        awk '/^sluice_attempts_total.*outcome="delivered"/ {n += $2} END {print n + 0}'
}

can_sluice_life() { need wrk nginx curl; }
what_sluice_life() { echo "**Sluice**, whole lives: accepted, synced, delivered to nginx, settled; 64 connections"; }
row_sluice_life() {
    local port admin destination before after begin end count
    start_destination
    start_sluice "concurrency = 64"
    before=$(cpu_of "$server")
    begin=$(date +%s.%N)
    http_load 64 "http://127.0.0.1:$port/in/crm" >"$row_dir/accepted"
    read -r count _ <"$row_dir/accepted"
    for _ in {1..600}; do
        [[ $(delivered_by "$admin") -lt $count ]] || break
        sleep 0.05
    done
    end=$(date +%s.%N)
    after=$(cpu_of "$server")
    record sluice_life "$(delivered_by "$admin")" "$(awk "BEGIN {print $end - $begin}")" $((after - before))
}
