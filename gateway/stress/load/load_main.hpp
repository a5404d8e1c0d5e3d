// The commands `sluice load` and `sluice load --compare`, once their flags are read. Main thread.
#pragma once

#include "gateway/stress/load/load_options.hpp"

#include <string>

namespace sluice::gateway::stress {

// Runs the load (or the search for the highest rate), prints, writes the files. Returns 0; 1 when
// an objective is missed; 64 for a URL or CA file that cannot be used; 69 when nothing answered,
// or with objectives when not one connection was made; 73 when a file cannot be written.
int load_main(load_options const& options);

// Prints two results side by side. Returns 0, or 69 for a file that cannot be read or is none.
int compare_main(std::string const& a, std::string const& b);

} // namespace sluice::gateway::stress
