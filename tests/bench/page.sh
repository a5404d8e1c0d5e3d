# Sourced by run and curves: tables into docs/performance.md.
# shellcheck shell=bash
# shellcheck disable=SC2154  # $scratch: measure.sh

# write_table NAME: puts $scratch/table between its markers.
write_table() {
    local page=docs/performance.md
    awk -v table="$scratch/table" -v begin="<!-- $1:begin" -v end="<!-- $1:end" '
        index($0, begin) { print; while ((getline line < table) > 0) print line; skip = 1 }
        index($0, end) { skip = 0 }
        !skip' "$page" >"$scratch/page"
    cp "$scratch/page" "$page"
}

# Where and when a table was made.
machine() {
    echo "$(nproc) cores, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1); $(date -u +%F)"
}
