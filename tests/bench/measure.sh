# Sourced by run: starting servers, reading their CPU time, generating load.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # constants for the rows; $seconds is run's

readonly server_core=0 load_core=1
readonly body_bytes=300
scratch=""
pids=()

prepare_scratch() {
    mkdir -p build/bench
    scratch=$(mktemp -d "$PWD/build/bench/run.XXXXXX")
    : >"$scratch/results"
    : >"$scratch/skipped"
    trap 'end_row; rm -rf "$scratch"' EXIT
    head -c "$body_bytes" /dev/zero | tr '\0' x >"$scratch/body"
    cp tests/bench/post.lua "$scratch/post.lua"
}

begin_row() {
    pids=()
    row_dir=$(mktemp -d "$scratch/row.XXXXXX")
    chmod 755 "$scratch" "$row_dir"
}

# Ends every server of the row, by its process group, and removes what it wrote.
end_row() {
    local pid
    for pid in "${pids[@]}"; do
        kill -TERM -- "-$pid" 2>/dev/null || true
    done
    for pid in "${pids[@]}"; do
        for _ in {1..50}; do
            kill -0 -- "-$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL -- "-$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    pids=()
    [[ -z ${row_dir-} ]] || rm -rf "$row_dir"
}

# start CORE COMMAND…: in a process group of its own; $server is its id.
start() {
    local core=$1
    shift
    setsid taskset -c "$core" "$@" >>"$scratch/${FUNCNAME[1]#row_}.log" 2>&1 &
    server=$!
    pids+=("$server")
}

free_port() {
    local port
    for port in $(shuf -i 20000-30000 -n 50); do
        if [[ -z $(ss -Hltn "sport = :$port") ]]; then
            echo "$port"
            return
        fi
    done
    return 1
}

await_port() {
    for _ in {1..200}; do
        [[ -z $(ss -Hltn "sport = :$1") ]] || return 0
        sleep 0.1
    done
    echo "nothing listens on port $1" >&2
    return 1
}

# CPU time, in microseconds, that the processes of the group have used so far, ended children included.
cpu_of() {
    local pid total=0 ticks
    for pid in $(pgrep -g "$1"); do
        ticks=$(sed 's/^.*) //' "/proc/$pid/stat" 2>/dev/null | awk '{print $12 + $13 + $14 + $15}')
        total=$((total + ${ticks:-0}))
    done
    echo $((total * 1000000 / $(getconf CLK_TCK)))
}

# record ROW COUNT SECONDS CPU_US
record() {
    awk -v row="$1" -v n="$2" -v s="$3" -v cpu="$4" 'BEGIN {
        printf "%s\t%.0f\t%s\n", row, n / s, (n > 0 && cpu > 0 ? sprintf("%.3f", cpu / n) : "-") }' >>"$scratch/results"
}

# http_load CONNECTIONS URL [PIPELINE]: prints "requests seconds"; fails when answers were not 2xx.
http_load() {
    local out=$row_dir/wrk
    PIPELINE=${3:-1} taskset -c "$load_core" wrk -t1 "-c$1" "-d${seconds}s" -s "$scratch/post.lua" "$2" >"$out"
    if grep -q 'Non-2xx' "$out"; then
        grep 'Non-2xx' "$out" >&2
        return 1
    fi
    awk '/requests in/ {sub("s,", "", $4); print $1, $4}' "$out"
}

# measure_http ROW CONNECTIONS URL [PIPELINE], of the server that was started last.
measure_http() {
    local before after count duration
    before=$(cpu_of "$server")
    read -r count duration < <(http_load "$2" "$3" "${4:-1}")
    after=$(cpu_of "$server")
    record "$1" "$count" "$duration" $((after - before))
}

# missing COMMAND…: says which is not there, and fails, if any is not.
need() {
    local command
    for command in "$@"; do
        command -v "$command" >/dev/null || [[ -x $command ]] || {
            echo "$command is not installed"
            return 1
        }
    done
}
