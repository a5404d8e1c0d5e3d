// A disk in memory that tells written from synced: after `crash` only what was synced is sure to
// be there, of the rest a random part of the 512-byte sectors. It can fill up, fail a sync, take
// writes in pieces. Deterministic by its seed. One thread.
#pragma once

#include "queue/journal/storage.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace sluice::tests {

class simulated_storage final : public queue::storage {
  public:
    template <class T>
    using result = boost::system::result<T>;

    explicit simulated_storage(std::uint64_t seed);
    ~simulated_storage() override;

    // --- storage ------------------------------------------------------------------------------
    result<std::vector<queue::file_entry>> list() override;
    result<std::shared_ptr<queue::file>> open(std::string const& name,
                                              queue::open_mode mode) override;
    result<void> rename(std::string const& from, std::string const& to) override;
    result<void> remove(std::string const& name) override;
    result<void> sync_directory() override;
    result<queue::disk_space> space() override;
    result<void> lock() override;

    // --- faults -------------------------------------------------------------------------------
    // Power is cut: files that are open are lost, of unsynced sectors each is kept or not, of
    // unsynced directory changes a prefix.
    void crash();
    // The process died, the machine did not: everything written is there.
    void kill();
    // As crash, but `keep(name, sector)` says which unsynced sectors are there; names all are.
    void crash_keeping(std::function<bool(std::string const&, std::uint64_t)> const& keep);
    // All files together may take this many bytes.
    void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }
    // The nth sync from now (1: the next) fails with EIO, and what it was to sync is lost.
    void fail_sync(std::uint64_t nth) { fail_sync_at_ = syncs_ + nth; }
    // A signal comes during the next `count` syncs of files: they have to be called again.
    void interrupt_syncs(std::uint64_t count) { interrupted_syncs_ = count; }
    // Every file that is to be made fails so, until it is called with no error.
    void fail_creation(boost::system::error_code ec) { creation_error_ = ec; }
    void fail_write(std::uint64_t nth, boost::system::error_code ec);
    // Writes take a random part; some are interrupted.
    void set_short_writes(bool on) { has_short_writes_ = on; }

    // --- looking ------------------------------------------------------------------------------
    std::uint64_t syncs() const { return syncs_; }
    std::uint64_t writes() const { return writes_; }
    std::vector<std::string> names() const;
    std::string content(std::string const& name) const;
    // Changes what is on the disk, synced.
    void set_content(std::string const& name, std::string bytes);
    // Sectors of a file that are written and not synced.
    std::vector<std::uint64_t> unsynced_sectors(std::string const& name) const;
    // The same files, all of them synced.
    std::unique_ptr<simulated_storage> copy(std::uint64_t seed) const;

  private:
    struct node;
    class handle;
    friend class handle;
    using directory = std::map<std::string, std::shared_ptr<node>>;

    void cut_power(directory&& names,
                   std::function<bool(std::string const&, std::uint64_t)> const& keep);
    bool has_room_for(std::uint64_t bytes) const;
    result<void> count_sync();

    std::mt19937_64 random_;
    directory names_;
    // What the directory was at the last sync and after each change since.
    std::vector<directory> past_;
    std::uint64_t capacity_ = 1ull << 40;
    std::uint64_t syncs_ = 0;
    std::uint64_t writes_ = 0;
    std::uint64_t fail_sync_at_ = 0;
    std::uint64_t interrupted_syncs_ = 0;
    boost::system::error_code creation_error_;
    std::uint64_t fail_write_at_ = 0;
    boost::system::error_code write_error_;
    bool has_short_writes_ = false;
    bool is_locked_ = false;
};

} // namespace sluice::tests
