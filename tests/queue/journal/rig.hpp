// A journal with a small stand-in for the engine behind it, on a simulated disk whose jobs run
// when the test says so. Remembers what was promised, so that a test can ask whether it was kept.
#pragma once

#include "queue/journal/file_worker.hpp"
#include "queue/journal/journal.hpp"
#include "tests/support/simulated_storage.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sluice::queue {

using tests::simulated_storage;

// What the stand-in knows of a live task.
struct live_task {
    std::string payload;
    location where;
    std::uint32_t attempts = 0;
    bool is_dead = false;
};

// What the world was told, over one life or several.
struct promises {
    std::set<task_id> accepted_ids; // committed puts
    std::set<task_id> refused_ids;  // told: not accepted
    std::set<task_id> finished_ids; // terminal records appended
    std::set<task_id> settled_ids;  // terminal records committed
    std::map<task_id, std::string> payloads;
};

class rig : public journal_host, public promises {
  public:
    explicit rig(queue::storage& disk, journal_options options = small());
    explicit rig(job_worker& keeper, journal_options options = small());
    static journal_options small(); // segments of 64 KiB, everything soon

    // Starts the journal on what the disk holds.
    boost::system::result<void> start();

    // --- what a driver does ---------------------------------------------------------------------
    task_id put(std::string const& payload);
    // A part of another gateway's log, one task of it for each payload.
    std::vector<task_id> adopt(adopted_slice const& slice,
                               std::vector<std::string> const& contents);
    void retry(task_id id);
    sequence settle(task_id id, task_state state = task_state::delivered);
    void pause(std::string const& lane);
    // Runs jobs until there are none; time does not pass.
    void run_jobs();
    void run_commits();
    void pass(std::chrono::milliseconds time);
    void run_one_background();

    // --- journal_host ---------------------------------------------------------------------------
    void on_committed(committed_batch const& batch) override;
    void on_refused(sequence first, sequence last) override;
    void on_trouble(std::string_view operation, boost::system::error_code ec) override;
    void on_trouble_over() override { ++troubles_over; }
    void on_failed(std::string_view operation, boost::system::error_code ec) override;
    std::optional<accepted> snapshot(task_id id, std::uint32_t segment) override;
    void moved(task_id id, location to) override;
    void append_lanes(std::vector<lane_changed>& out) override;

    std::unique_ptr<file_worker> own_files; // of a rig on a disk
    job_worker& files;
    names table;
    std::optional<journal> log;
    instant now{wall_time{std::chrono::milliseconds{1'764'000'000'000}}, mono_time{}};
    replay_report report;

    std::map<task_id, live_task> live; // what the engine would know
    std::set<std::string> paused;
    std::vector<committed_batch> batches;
    std::vector<std::string> failures;
    std::vector<std::string> troubles; // as told
    int troubles_over = 0;
    std::vector<std::string> key_answers; // of the history's entries at start
    bool drops_payloads = false;          // tasks' payloads leave memory once committed
    task_id_generator ids{7};

  private:
    struct waiting {
        task_id id;
        appended place;
        std::string payload;
    };

    void on_record(record&& r, sequence number);
    accepted whole(task_id id, live_task const& task) const;
    new_task make_task(task_id id, std::string const& payload) const;

    std::map<sequence, waiting> puts_;
    std::map<sequence, task_id> ends_;
};

// After a restart: what was accepted is there (or settled), what was refused is not.
void check_promises(promises const& before, rig const& after, std::string const& what);

} // namespace sluice::queue
