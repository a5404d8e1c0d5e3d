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
from an answer to its outcome|delivery::http_transport::on_answer"

# What no call pays for: what is done once a second, whoever calls (with a tool it comes between more
# or fewer calls): on the main thread all of it, on the core's thread a sample; and dropping at the
# end what is still held. None is called by another: it would be taken off twice.
readonly of_no_call='serve::app::run
serve::(anonymous namespace)::take_sample
serve::app::~app'

# under_tool COUNT COMMAND…: the gateway under a tool, COUNT calls, and its end. Sets $switches and
# $journal_bytes.
under_tool() {
    local calls=$1 pid
    shift
    port=$(free_port)
    admin=$(free_port)
    write_configuration "$profiled_keys"
    rm -rf "$row_dir/data"
    LD_PRELOAD=${planted-} start "$server_core" "$@" "$program" serve --config "$row_dir/sluice.toml"
    await_port "$port"
    # shellcheck disable=SC2086  # one word or none
    taskset -c "$load_core" "$bench_programs/post_client" "$port" "$profile_connections" "$calls" $profiled_heads
    if [[ $profiled == life ]]; then await_deliveries "$calls"; fi
    pid=$(pgrep -g "$server" -f "sluice serve" | tail -1)
    switches=$(cat /proc/"$pid"/task/*/status | awk '/ctxt_switches/ {n += $2} END {print n}')
    journal_bytes=$(curl -fs "http://127.0.0.1:$admin/metrics" | awk '/^sluice_journal_written_bytes_total/ {n += $2} END {print n + 0}')
    kill -TERM "$pid"
    wait "$server" 2>/dev/null || true
}

# under_callgrind FEW MANY: both runs, into these files.
under_callgrind() {
    under_tool "$few_calls" valgrind --tool=callgrind --callgrind-out-file="$1"
    under_tool "$many_calls" valgrind --tool=callgrind --callgrind-out-file="$2"
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

# instructions_of_calls FILE: all, less those by the clock.
instructions_of_calls() {
    local function all
    all=$(instructions "$1")
    while read -r function; do
        all=$((all - $(instructions "$1" "$function")))
    done <<<"$of_no_call"
    echo "$all"
}

# calls_in FILE: "COUNT<tab>CALLER<tab>CALLEE" for each pair of functions, some of them more than once.
calls_in() {
    awk '
        # What stands behind "fn=" or "cfn=": "(7) NAME" once, "(7)" from then on.
        function named(text,    id) {
            id = text
            sub(/\).*/, ")", id)
            if (length(text) > length(id)) name[id] = substr(text, length(id) + 2)
            return name[id]
        }
        /^fn=/ { caller = named(substr($0, 4)) }
        /^cfn=/ { callee = named(substr($0, 5)) }
        /^calls=/ { split(substr($0, 7), c, " ")
                    printf "%d\t%s\t%s\n", c[1], caller, callee }' "$1"
}

# batches_in FILE: how many went to the disk.
batches_in() {
    calls_in "$1" | awk -F'\t' 'index($3, "queue::journal::close_batch") {n += $1} END {print n + 0}'
}

# calls_per_batch FEW MANY: what must be known to compare two counts: in small batches a call pays
# for more of its batch, and the same program takes some hundred instructions more.
calls_per_batch() {
    awk -v a="$(batches_in "$1")" -v b="$(batches_in "$2")" -v n=$((many_calls - few_calls)) \
        'BEGIN {printf "%.0f\n", n / (b - a)}'
}

# allocations_in FILE: "COUNT<tab>FUNCTION" for each function that asked for memory, however it did.
allocations_in() {
    calls_in "$1" | awk -F'\t' '
        function gives_memory(f) {
            return f ~ /^(operator new|_mid_memalign)/ ||
                   f ~ /^(malloc|calloc|realloc|memalign|aligned_alloc|posix_memalign)$/
        }
        gives_memory($3) && !gives_memory($2) { n[$2] += $1 }
        END { for (f in n) printf "%d\t%s\n", n[f], f }'
}

# allocations_per_call FEW MANY: "EACH RARE". A function that asks for memory for every fourth call
# or oftener does so for calls: EACH is their sum, the same in every run. What the others ask for
# goes by batches, by the clock, or by how much waits, which differs from run to run.
allocations_per_call() {
    awk -F'\t' -v n=$((many_calls - few_calls)) '
        NR == FNR { before[$2] = $1; next }
        { a_call = ($1 - before[$2]) / n
          if (a_call >= 0.25) each += a_call
          else rare += a_call }
        END { printf "%.2f %.2f\n", each, rare }' <(allocations_in "$1") <(allocations_in "$2")
}

# Of strace's summary: "100.00 SECONDS USECS CALLS [ERRORS] total".
system_calls() {
    awk '$NF == "total" {print $4}' "$1"
}

# figure NAME VALUE: prints it, and keeps it for the comparison with what is recorded.
figure() {
    printf '%s %s\n' "$profiled.$1" "$2" >>"$scratch/figures"
    echo "$2"
}

# Of accepted calls, no head of which is the same as the one before on its connection.
profile_differing() {
    local few=$scratch/few.differing many=$scratch/many.differing profiled_heads=differing line
    profiled=accept
    profiled_keys=$held
    begin_row
    under_callgrind "$few" "$many"
    line=$(per_call "$(instructions_of_calls "$few")" "$(instructions_of_calls "$many")")
    echo "An accept whose head is another each time (a line more: \`X-Request-Id\`): $(figure instructions_of_differing_heads "${line%.*}") instructions."
    end_row
}

# profile_of accept|life
profile_of() {
    profiled=$1
    local profiled_heads=""
    local stages=$accept_stages name function line few=$scratch/few.$1 many=$scratch/many.$1
    local bytes_few switches_few each rare
    begin_row
    if [[ $1 == life ]]; then
        stages=$life_stages
        start_destination
        profiled_keys="concurrency = 64"
    else
        profiled_keys=$held
    fi
    under_callgrind "$few" "$many"
    line=$(per_call "$(instructions_of_calls "$few")" "$(instructions_of_calls "$many")")
    read -r each rare < <(allocations_per_call "$few" "$many")
    echo "| $1: instructions a call | | |"
    echo "|---|---|---|"
    echo "| all, in user space | $(figure instructions "${line%.*}") | |"
    while IFS='|' read -r name function; do
        line=$(per_call "$(instructions "$few" "$function")" "$(instructions "$many" "$function")")
        echo "| $name | ${line%.*} | \`$function\` |"
    done <<<"$stages"
    under_tool "$few_calls" strace -f -c -o "$few.calls"
    bytes_few=$journal_bytes
    under_tool "$many_calls" strace -f -c -o "$many.calls"
    echo
    echo "| $1: a call | |"
    echo "|---|---|"
    echo "| allocations | $(figure allocations "$each") |"
    echo "| allocations by batches, by the clock and as more waits | $rare |"
    echo "| calls in a batch of the journal | $(calls_per_batch "$few" "$many") |"
    line=$(per_call "$(system_calls "$few.calls")" "$(system_calls "$many.calls")")
    echo "| system calls | $(figure system_calls "$line") |"
    echo "| bytes of journal | $(figure journal_bytes "$(per_call "$bytes_few" "$journal_bytes")") |"
    under_tool "$few_calls" env
    switches_few=$switches
    under_tool "$many_calls" env
    echo "| context switches of all threads, on this machine now | $(per_call "$switches_few" "$switches") |"
    end_row
}

profile() {
    local tool
    for tool in valgrind callgrind_annotate strace curl; do
        command -v "$tool" >/dev/null || { echo "$tool is not installed" >&2 && return 69; }
    done
    : >"$scratch/figures"
    profile_of accept
    echo
    profile_differing
    echo
    profile_of life
    echo
    echo "$profile_connections connections, a POST of $body_bytes bytes; the difference of $many_calls and $few_calls calls. A stage's figure holds all that"
    echo "it calls; $(date -u +%F)."
}

# Whether the comparison finds an allocation more a call.
check_plant() {
    local few=$scratch/few.planted many=$scratch/many.planted profiled_heads="" each
    profiled=accept
    profiled_keys=$held
    : >"$scratch/figures"
    begin_row
    planted=$bench_programs/libplanted_allocation.so under_callgrind "$few" "$many"
    end_row
    read -r each _ < <(allocations_per_call "$few" "$many")
    figure allocations "$each" >/dev/null
    if compare_figures "$1"; then
        echo "the planted allocation was not found" >&2
        return 1
    fi
    echo "the planted allocation was found"
}

# Whether the figures that no clock disturbs are what tests/bench/figures says, within $1 per cent.
# System calls depend on how calls fall into batches, and get ten times as much.
compare_figures() {
    [[ -f tests/bench/figures ]] || {
        echo "tests/bench/figures is not there: tests/bench/run --profile --write records it" >&2
        return 69
    }
    awk -v most="$1" '
        NR == FNR { recorded[$1] = $2; next }
        !($1 in recorded) { next }
        { allowed = $1 ~ /system_calls|journal_bytes/ ? 10 * most : most
          off = 100 * ($2 - recorded[$1]) / recorded[$1]
          bad = off > allowed || off < -allowed
          printf "%s: %s, recorded %s (%+.1f %%)%s\n", $1, $2, recorded[$1], off, bad ? ": too far" : ""
          failed += bad }
        END { exit failed > 0 }' tests/bench/figures "$scratch/figures"
}
