// The storage of a real directory: pread, pwrite, fdatasync, relative to one directory handle.
// Makes the directory with mode 0700 and files with 0600. Any thread; a file by one at a time.
#pragma once

#include "queue/journal/storage.hpp"

#include <string>

namespace sluice::queue {

// `writable`: makes the directory if need be. Errors: those of mkdir and open.
boost::system::result<std::unique_ptr<storage>> open_directory(std::string const& path,
                                                               bool writable);

} // namespace sluice::queue
