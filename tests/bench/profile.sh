# Sourced by run: where the work of a call goes, counted, so that no noise disturbs it.
# shellcheck shell=bash
# shellcheck disable=SC2154  # $server, $row_dir, $scratch, $program: run, measure.sh and rows_http.sh
#
# Instructions (user space), allocations and system calls of two runs that differ in nothing but the
# number of calls: the difference is what the calls cost, and starting and ending fall out.

readonly profile_connections=64
readonly few_calls=1024 many_calls=11264

# The stages of a call, and the functions whose instructions (with all that they call) are theirs.
readonly accept_stages='reading and judging the head|server::request_reader::read_head
route, account, message: up to the ring|endpoints::front_door::handle
the answer, ahead of the disk|intake::prepare_accepted
core: admitting, writing records|queue::dispatcher::take_submissions
core: what is safe takes effect|queue::journal::on_job_done
answers to their connections|intake::submitter::pending::on_submitted'
readonly life_stages="$accept_stages
core: what is due is handed out|queue::outgoing::hand_out_due
core: outcomes, their records|queue::dispatcher::take_outcomes
from an attempt to its request|delivery::http_transport::send
from an answer to a verdict|delivery::judge"

# under_tool OUTPUT COUNT COMMAND…: the gateway under a tool, COUNT calls, and its end.
under_tool() {
    local out=$1 calls=$2 pid
    shift 2
    port=$(free_port)
    admin=$(free_port)
    write_configuration "$profiled_keys"
    rm -rf "$row_dir/data"
    start "$server_core" "$@" "$program" serve --config "$row_dir/sluice.toml"
    await_port "$port"
    taskset -c "$load_core" "$bench_programs/post_client" "$port" "$profile_connections" "$calls"
    if [[ $profiled == life ]]; then await_deliveries "$calls"; fi
    pid=$(pgrep -g "$server" -f "sluice serve" | tail -1)
    switches=$(cat /proc/"$pid"/task/*/status | awk '/ctxt_switches/ {n += $2} END {print n}')
    journal_bytes=$(curl -fs "http://127.0.0.1:$admin/metrics" | awk '/^sluice_journal_written_bytes_total/ {n += $2} END {print n + 0}')
    kill -TERM "$pid"
    wait "$server" 2>/dev/null || true
}

await_deliveries() {
    for _ in {1..1200}; do
        [[ $(delivered_by "$admin") -lt $1 ]] || return 0
        sleep 0.1
    done
    echo "not everything was delivered" >&2
    return 1
}

# per_call BEFORE AFTER
per_call() {
    awk -v a="$1" -v b="$2" -v n=$((many_calls - few_calls)) 'BEGIN {printf "%.2f\n", (b - a) / n}'
}

# instructions FILE FUNCTION: with all that it calls; "" is the whole program.
instructions() {
    callgrind_annotate --auto=no --inclusive=yes --threshold=100 "$1" 2>/dev/null |
        awk -v f="${2:-PROGRAM TOTALS}" 'index($0, f) {gsub(",", "", $1); if ($1 + 0 > most) most = $1 + 0} END {print most + 0}'
}

# calls_of FILE FUNCTION: how often it was called.
calls_of() {
    awk -v f="$2" '
        /^cfn=/ { s = substr($0, 5); id = s; sub(/\).*/, ")", id)
                  if (length(s) > length(id)) name[id] = substr(s, length(id) + 2)
                  callee = name[id] }
        /^fn=/  { s = substr($0, 4); id = s; sub(/\).*/, ")", id)
                  if (length(s) > length(id)) name[id] = substr(s, length(id) + 2) }
        /^calls=/ { if (callee == f) { split(substr($0, 7), c, " "); n += c[1] } }
        END { print n + 0 }' "$1"
}

system_calls() {
    awk '$NF == "total" {print $(NF - 1) ~ /^[0-9]+$/ && NF >= 5 ? $4 : $3}' "$1"
}

# profile_of accept|life
profile_of() {
    profiled=$1
    local stages=$accept_stages name function line
    local few=$scratch/few.$1 many=$scratch/many.$1 switches_few bytes_few
    begin_row
    if [[ $1 == life ]]; then
        stages=$life_stages
        start_destination
        profiled_keys="concurrency = 64"
    else
        profiled_keys=$held
    fi
    local callgrind="valgrind --tool=callgrind --callgrind-out-file"
    # shellcheck disable=SC2086
    under_tool "$few" "$few_calls" $callgrind="$few"
    # shellcheck disable=SC2086
    under_tool "$many" "$many_calls" $callgrind="$many"
    echo "| $1, a call | instructions | |"
    echo "|---|---|---|"
    echo "| all in user space | $(per_call "$(instructions "$few")" "$(instructions "$many")" | cut -d. -f1) | |"
    while IFS='|' read -r name function; do
        line=$(per_call "$(instructions "$few" "$function")" "$(instructions "$many" "$function")" | cut -d. -f1)
        echo "| $name | $line | \`$function\` |"
    done <<<"$stages"
    echo
    local allocations_few allocations_many
    allocations_few=$(calls_of "$few" malloc) allocations_many=$(calls_of "$many" malloc)
    under_tool - "$few_calls" strace -f -c -o "$few.calls"
    switches_few=$switches bytes_few=$journal_bytes
    under_tool - "$many_calls" strace -f -c -o "$many.calls"
    echo "| $1, a call | |"
    echo "|---|---|"
    echo "| allocations | $(per_call "$allocations_few" "$allocations_many") |"
    echo "| system calls | $(per_call "$(system_calls "$few.calls")" "$(system_calls "$many.calls")") |"
    echo "| bytes of journal | $(per_call "$bytes_few" "$journal_bytes") |"
    under_tool - "$few_calls" env
    switches_few=$switches
    under_tool - "$many_calls" env
    echo "| context switches | $(per_call "$switches_few" "$switches") |"
    end_row
}

profile() {
    need valgrind callgrind_annotate strace curl
    echo "Instructions in user space by callgrind; $profile_connections connections, a POST of $body_bytes bytes; the"
    echo "difference of $many_calls and $few_calls calls. A stage's figure holds all that it calls."
    echo
    profile_of accept
    echo
    profile_of life
}
