// An SQLite file system that does what the machine's does until the nth write or sync, which
// fails. For tests that let every operation fail in turn. One at a time; its counters may be read
// and set while a database is open on it.
#pragma once

#include <atomic>
#include <cstdint>

namespace sluice::gateway::tables::test {

enum class fault : std::uint8_t { none, write, sync };

class faulty_file_system {
  public:
    // Registers it with SQLite, once.
    static faulty_file_system& instance();

    char const* name() const { return "sluice_faulty"; }

    // The nth operation of this kind from now (1: the next) fails with this SQLite code.
    void fail(fault kind, std::uint64_t nth, int code);
    void heal() { fail(fault::none, 0, 0); }
    bool has_failed() const { return has_failed_; }

    // Whether this operation is the one; called for each.
    int check(fault kind);

  private:
    faulty_file_system();

    std::atomic<fault> kind_{fault::none};
    std::atomic<std::uint64_t> left_{0};
    std::atomic<int> code_{0};
    std::atomic<bool> has_failed_{false};
};

} // namespace sluice::gateway::tables::test
