#!/usr/bin/env bash
# Runs the commands of a page of docs/ as they are printed, and compares what they print with what the page shows.
#
#   tests/e2e/run_pages.sh docs/getting-started.md
#
# Blocks fenced as `sh` are run one after the other in one shell, which ends at the first that fails. A block fenced as
# `text` behind one is what it prints: every line has to be there, "…" stands for anything. A block behind the line
# "<!-- not run: why -->" is left out; what stands in a comment "<!-- run: … -->" is run and shown to nobody. The page sees a checkout with the program in build/release, on ports of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly tree=$PWD
readonly binary=${SLUICE_BINARY:-$PWD/build/release/sluice}
readonly page=$1
scratch=$(mktemp -d)
chmod 711 "$scratch" # PostgreSQL runs as another user

# A pair of databases that a page has started outlives its script.
clean_up() {
    if [[ -d $scratch/tree/build/pair ]]; then
        "$tree/deploy/cluster/standby_pair.sh" stop "$scratch/tree/build/pair" >/dev/null 2>&1 || true
    fi
    rm -rf "$scratch"
}
trap clean_up EXIT
mkdir -p "$scratch/tree/build/release"
ln -s "$binary" "$scratch/tree/build/release/sluice"

# One a call; those of earlier calls are not free any more once they are in use.
free_port() {
    local port
    for port in $(shuf -i 20000-30000 -n 50); do
        [[ -n $(ss -Hltn "sport = :$port") ]] || { echo "$port" && return; }
    done
}
public=$(free_port)
admin=$(free_port)
sink=$(free_port)
second_public=$(free_port)
second_admin=$(free_port)
database=$(free_port)
with_ports() {
    sed -e "s/127\\.0\\.0\\.1:8080/127.0.0.1:$public/g; s/127\\.0\\.0\\.1:8081/127.0.0.1:$admin/g" \
        -e "s/127\\.0\\.0\\.1:8090/127.0.0.1:$second_public/g; s/127\\.0\\.0\\.1:8091/127.0.0.1:$second_admin/g" \
        -e "s/127\\.0\\.0\\.1:9000/127.0.0.1:$sink/g; s/15432/$database/g"
}

# The configurations that pages use, with those ports.
mkdir "$scratch/tree/deploy"
ln -s "$tree/deploy/cluster" "$scratch/tree/deploy/cluster"
for each in "$tree"/deploy/*.toml; do
    with_ports <"$each" >"$scratch/tree/deploy/$(basename "$each")"
done

# Takes the page apart: N.sh and N.text in the scratch directory.
take_apart() {
    awk -v to="$scratch" '
        /^<!-- not run: .* -->$/ { skip = 1; next }
        /^<!-- run:$/ { kind = "sh"; n++; next }
        /^-->$/ && kind == "sh" { close(to "/" n ".sh"); kind = ""; next }
        /^```/ && kind != "" { close(to "/" n "." kind); kind = ""; next }
        /^```sh$/ { if (skip) { skip = 0; kind = "skipped" } else { kind = "sh"; n++ }; next }
        /^```text$/ { if (skip) { skip = 0; kind = "skipped" } else kind = "text"; next }
        /^```/ { kind = "skipped"; skip = 0; next }
        kind != "" && kind != "skipped" { print > (to "/" n "." kind) }' <(with_ports <"$page")
    ls "$scratch"/*.sh >/dev/null 2>&1 || { echo "$page has no block to run" >&2 && exit 1; }
    # In a script the number of a job that has ended may be another one's, or not yet: $! never is.
    if grep -nE '(kill|wait).* %[0-9]' "$scratch"/*.sh >&2; then
        echo "$page names a job by its number; take \$! when it starts" >&2 && exit 1
    fi
}

whole_script() {
    local n
    echo "set -e"
    echo "exec 9>$scratch/trace; BASH_XTRACEFD=9; set -x"
    # What a page starts in the background ends with it.
    echo 'trap "trap - TERM; kill \$(jobs -p) 2>/dev/null || true; wait" EXIT'
    for ((n = 1; ; ++n)); do
        [[ -f $scratch/$n.sh ]] || break
        printf '{\n'
        cat "$scratch/$n.sh"
        printf '} >>"%s/%s.out" 2>&1\n' "$scratch" "$n"
    done
}

# Every line of N.text is a line of N.out.
compare() {
    local text line pattern missing=0
    for text in "$scratch"/*.text; do
        [[ -e $text ]] || continue
        while IFS= read -r line; do
            [[ -n ${line// /} && $line != "…" ]] || continue
            pattern=$(sed 's/[][\.*^$+?(){}|]/\\&/g; s/…/.*/g' <<<"$line")
            grep -qE -- "$pattern" "${text%.text}.out" && continue
            echo "$page: block $(basename "${text%.text}") does not print: $line" >&2
            missing=1
        done <"$text"
    done
    return "$missing"
}

take_apart
whole_script >"$scratch/script"
failed=0
(cd "$scratch/tree" && SLUICE_ADMIN=http://127.0.0.1:$admin timeout 240 bash "$scratch/script" </dev/null) || failed=$?
if [[ $failed -ne 0 ]] || ! compare; then
    for out in $(ls "$scratch"/*.out | sort -V); do
        echo "--- $(basename "$out")"
        tail -n 30 "$out"
    done >&2
    echo "--- the last commands" >&2
    tail -n 12 "$scratch/trace" >&2 || true
    echo "$page does not run as printed (exit $failed)" >&2
    exit 1
fi
echo "$page: $(ls "$scratch"/*.out | wc -l) blocks ran as printed"
