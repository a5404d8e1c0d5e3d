// Which process a member is: what it writes beside its name, so that its successor can tell on the
// same machine that it is gone and need not wait until its lease has ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sluice::queue::postgres {

struct process_identity {
    std::string host;    // name and machine id
    std::string boot_id; // of the kernel's run, and the name space of its process ids
    int pid = 0;
    std::int64_t pid_started = 0; // ticks since the boot: a number that is given again differs

    friend bool operator==(process_identity const&, process_identity const&) = default;
};

// This process. Reads /proc and /etc/machine-id.
process_identity own_identity();

// When the process with this number began, as our /proc tells; nothing where there is none, or
// where it has ended and only waits for its parent.
std::optional<std::int64_t> pid_start(int pid);

// Whether it is proved that `former` runs no more, seen from the process `self`. False is no proof
// of life: on another machine or in another container nothing can be told. `started` is pid_start.
bool is_gone(process_identity const& former, process_identity const& self,
             std::optional<std::int64_t> (*started)(int pid) = pid_start);

} // namespace sluice::queue::postgres
