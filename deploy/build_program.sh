# Sourced by run and test: builds the program as it is shipped, build/release/sluice.
# shellcheck shell=bash

# Parallel compilers: JOBS, or one for each processor.
jobs_wanted() {
    echo "${JOBS:-$(nproc)}"
}

# Configures and builds the preset release. The tests are not part of it: they need more packages.
build_program() {
    cmake --preset release -DSLUICE_TESTS=OFF --log-level=WARNING
    cmake --build --preset release --target sluice -j "$(jobs_wanted)"
}
