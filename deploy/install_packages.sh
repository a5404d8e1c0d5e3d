# Sourced by run and test: installs what deploy/packages.txt names and the machine lacks.
# Needs no network, no apt and no root when nothing is missing.
# shellcheck shell=bash

# The packages of the named sections: packages_of build test
packages_of() {
    local list
    list="$(dirname "${BASH_SOURCE[0]}")/packages.txt"
    awk -v wanted=" $* " '
        /^# \[/ { section = $2; gsub(/[][]/, "", section); next }
        /^#/ || NF == 0 { next }
        index(wanted, " " section " ") { print $1 }' "$list"
}

# Those of the given packages that are not installed.
missing_packages() {
    # dpkg-query fails when it does not know a name, and still prints the others.
    # shellcheck disable=SC2016  # The ${} are dpkg-query's own.
    dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
        awk '$1 == "installed" { print $2 }' | sort -u |
        comm -13 - <(printf '%s\n' "$@" | sort -u) || true
}

# Runs a command as root: directly, or with sudo.
as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        "$@"
    else
        sudo "$@"
    fi
}

# install_packages SECTION…: says what it installs; ends the script with a message if it cannot.
install_packages() {
    local -a wanted missing
    if ! command -v dpkg-query >/dev/null; then
        echo "This is not Debian. Install the equivalents of deploy/packages.txt by hand," \
            "then: cmake --preset release && cmake --build --preset release --target sluice" >&2
        exit 69
    fi
    mapfile -t wanted < <(packages_of "$@")
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    [[ ${#missing[@]} -gt 0 ]] || return 0
    echo "Installing: ${missing[*]}"
    if [[ $(id -u) -ne 0 ]] && ! command -v sudo >/dev/null; then
        echo "Neither root nor sudo. Run as root: apt-get install ${missing[*]}" >&2
        exit 69
    fi
    if ! { as_root apt-get -q update &&
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get -q install -y --no-install-recommends "${missing[@]}"; } </dev/null; then
        echo "apt-get failed; these packages are missing: ${missing[*]}" >&2
        exit 69
    fi
}
