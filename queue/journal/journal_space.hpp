// Who may still write how much. New work is admitted only when it, and later the terminal records
// of everything alive, will find room. Numbers only; owned by the journal.
#pragma once

#include "queue/core/task.hpp"
#include "queue/journal/storage.hpp"

#include <cstdint>

namespace sluice::queue {

// What is kept back for each live task: one terminal record, cut short if need be, and one start.
inline constexpr std::uint64_t terminal_room = 512;
inline constexpr std::uint64_t start_room = 160; // of that, for the start
inline constexpr std::uint64_t end_room = terminal_room - start_room;
// What a put takes beside its payload, about.
inline constexpr std::uint64_t put_room = 512;
// What is kept back for the report of a live task that asks for one, in its short form, beside the
// length of its callback (its URL is part of the report).
inline constexpr std::uint64_t report_room = 2048;
// Kept back for marks and operators' records.
inline constexpr std::uint64_t spare_room = 64 << 10;

class journal_space {
  public:
    // `limit`: bytes of all files.
    explicit journal_space(std::uint64_t limit)
        : limit_(limit) {}

    // What the disk said last.
    void measured(disk_space const& space);
    // Files of ours grew or shrank since.
    void took(std::uint64_t bytes) { free_ -= bytes < free_ ? bytes : free_; }
    void gave(std::uint64_t bytes) { free_ += bytes; }
    // A write found no room: nothing is admitted until the next measure.
    void ran_out() { has_run_out_ = true; }

    // `used`: bytes of our files; `prepared`: of those, what can be written over.
    struct files {
        std::uint64_t used = 0;
        std::uint64_t prepared = 0;
        friend bool operator==(files const&, files const&) = default;
    };

    // Bytes that all our files may take in the end.
    std::uint64_t whole(files const& f) const;
    // Bytes that new files may take.
    std::uint64_t growth(files const& f) const;
    bool admits(std::uint64_t tasks, std::uint64_t bytes, files const& f) const;
    // There is no room beyond what is promised: nothing optional is written.
    bool is_short(files const& f) const;

    // A task's way: reserved, appended (its payload is in a batch), live, released.
    void reserve(std::uint64_t tasks, std::uint64_t bytes);
    void give_back(std::uint64_t tasks, std::uint64_t bytes);
    void appended(std::uint64_t payload_bytes);
    void refused(std::uint64_t tasks); // appended, then taken out again
    void live(bool was_reserved);
    void released();

    // Of all tasks, live or reserved.
    void expect_reports(expected_reports const& to_come) { reports_ = to_come; }
    // A report of so many bytes, on the end of a task with such a callback, has found its room
    // ahead of time.
    bool admits_report(std::uint64_t bytes, std::uint64_t callback_bytes) const {
        return !has_run_out_ && bytes + put_room <= report_room + callback_bytes;
    }

    std::uint64_t free_bytes() const { return free_; }

  private:
    std::uint64_t promised() const {
        return (reserved_tasks_ + live_tasks_) * terminal_room +
               reports_.count * (report_room + terminal_room) + reports_.callback_bytes +
               reserved_bytes_ + spare_room;
    }

    std::uint64_t limit_;
    std::uint64_t free_ = 0;
    std::uint64_t margin_ = 0; // of the disk that stays free
    bool has_run_out_ = false;
    std::uint64_t reserved_tasks_ = 0; // admitted, not yet live
    std::uint64_t reserved_bytes_ = 0; // of puts that are not yet in a batch
    std::uint64_t live_tasks_ = 0;
    expected_reports reports_;
};

} // namespace sluice::queue
