// What the program tells whoever started it when it ends: the numbers of sysexits(3) that its
// supervisors, scripts and documents go by. They stand here alone.
#pragma once

namespace sluice::gateway {

enum exit_code : int {
    exit_ok = 0,
    exit_missed = 1,       // an objective was missed, or the gateway refused what was asked for
    exit_usage = 64,       // an unknown command or flag, or a value that a flag cannot have
    exit_damaged = 65,     // the journal or the tables
    exit_cannot_bind = 69, // an address, or
    exit_cannot_reach = 69, // what was named
    exit_bug = 70,
    exit_cannot_write = 73,
    exit_configuration = 78 // its file or an environment variable
};

} // namespace sluice::gateway
