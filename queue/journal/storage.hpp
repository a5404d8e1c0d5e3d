// The seam to the disk: one flat directory of files. Everything the journal does to a disk goes
// through here, so that tests can cut the power, fill the disk and fail a sync.
// Used by the disk threads (and at start by the main thread); an implementation must allow calls
// for different files at the same time. Never throws, never retries, never caches.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::queue {

// An open file. Offsets and sizes in bytes. Closed by its destructor.
class file {
  public:
    virtual ~file() = default;

    // How many bytes were read; fewer than asked for only at the end of the file.
    virtual boost::system::result<std::size_t> read(std::uint64_t offset, std::span<char> into) = 0;
    // One write: how many bytes were taken, which may be fewer than given. Error `interrupted`
    // means: nothing was taken, call again.
    virtual boost::system::result<std::size_t> write(std::uint64_t offset,
                                                     std::string_view bytes) = 0;
    // The content is on the disk when this returns without error (fdatasync). Error `interrupted`
    // means: a signal came, nothing is known of the disk, call again.
    virtual boost::system::result<void> sync() = 0;
    // Brings this part of the content on its way and waits until it has been taken, which promises
    // nothing: sync() has less to do afterwards. An error counts as one of sync(), which does not
    // tell of it again.
    virtual boost::system::result<void> write_out(std::uint64_t /*offset*/,
                                                  std::uint64_t /*bytes*/) {
        return {};
    }
    virtual boost::system::result<void> truncate(std::uint64_t size) = 0;
    virtual boost::system::result<std::uint64_t> size() = 0;
};

enum class open_mode { read, write, create }; // `create`: must not exist; readable and writable

struct file_entry {
    std::string name;
    std::uint64_t size = 0;
};

struct disk_space {
    std::uint64_t free = 0; // bytes that this user may still write
    std::uint64_t total = 0;
};

class storage {
  public:
    virtual ~storage() = default;

    // All regular files, sorted by name.
    virtual boost::system::result<std::vector<file_entry>> list() = 0;
    virtual boost::system::result<std::shared_ptr<file>> open(std::string const& name,
                                                              open_mode mode) = 0;
    virtual boost::system::result<void> rename(std::string const& from, std::string const& to) = 0;
    virtual boost::system::result<void> remove(std::string const& name) = 0;
    // Names made, changed and removed so far survive a power cut when this returns without error.
    virtual boost::system::result<void> sync_directory() = 0;
    virtual boost::system::result<disk_space> space() = 0;
    // Keeps every other process out until the storage is destroyed. Error: journal_errc::in_use.
    virtual boost::system::result<void> lock() = 0;
};

// Writes all of `bytes` in as many writes as it takes. After an error nothing is known about
// what was written.
boost::system::result<void> write_all(file& to, std::uint64_t offset, std::string_view bytes);

// Syncs again as long as a signal comes between. Every other error is final: after a failed sync
// the kernel may have dropped what it could not write, and a second one would succeed without it.
boost::system::result<void> sync_all(file& to);

// As sync_all(), of a large file that no answer waits for. Synced in one go, 64 MiB keep every
// other sync of the disk waiting for 35 ms; in pieces, for 1.
boost::system::result<void> sync_in_pieces(file& to);
constexpr std::uint64_t sync_piece = 1 << 20; // bytes

// Reads `size` bytes; fewer in the file is the error `journal_errc::ends_early`.
// `into` is memory to read into: fresh pages cost more than reading from the page cache does.
boost::system::result<std::string> read_exactly(file& from, std::uint64_t offset, std::size_t size,
                                                std::string into = {});

// Whether an error says that the disk (or a quota) has no room.
bool is_no_room(boost::system::error_code ec);

} // namespace sluice::queue
