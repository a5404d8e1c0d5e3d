// What a data directory looks like from outside: whose it is, and who uses it. Main thread, at
// start.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace sluice::gateway::serve {

// A name in the directory that is none of Sluice's, where none of Sluice's is there: then it is
// somebody else's directory. Nothing where it is empty, new, or a data directory. What is hidden
// and lost+found do not count.
std::optional<std::string> find_foreign_file(std::string const& directory);

// The process that holds the directory's lock, as it wrote it there itself; nothing where that
// cannot be read.
std::optional<pid_t> find_lock_holder(std::string const& directory);

} // namespace sluice::gateway::serve
