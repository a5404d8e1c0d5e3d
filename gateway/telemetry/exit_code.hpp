// What the program tells whoever started it when it ends: the numbers of sysexits(3) that its
// supervisors, scripts and documents go by. They stand here alone, with what the help says of them.
#pragma once

#include <array>
#include <string_view>

namespace sluice::gateway {

enum exit_code : int {
    exit_ok = 0,
    exit_missed = 1,
    exit_usage = 64,
    exit_damaged = 65,
    exit_cannot_bind = 69,
    exit_cannot_reach = 69,
    exit_bug = 70,
    exit_cannot_write = 73,
    exit_configuration = 78
};

struct exit_meaning {
    exit_code code;
    std::string_view text;
};

inline constexpr std::array exit_meanings{
    exit_meaning{exit_ok, "done"},
    exit_meaning{exit_missed, "an objective (--slo) was missed, the gateway refused what an admin "
                              "command asked for, a question was answered with no, or a job that "
                              "was waited for left something"},
    exit_meaning{exit_usage,
                 "wrong use: an unknown command or flag, or a value that a flag cannot have"},
    exit_meaning{exit_damaged, "the journal or the tables are damaged"},
    exit_meaning{exit_cannot_bind,
                 "cannot bind, or cannot reach what was named; status: the gateway "
                 "takes no calls"},
    exit_meaning{exit_bug, "a bug"},
    exit_meaning{exit_cannot_write, "cannot write"},
    exit_meaning{exit_configuration, "the configuration: its file or an environment variable"}};

} // namespace sluice::gateway
