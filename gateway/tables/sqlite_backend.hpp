// The tables in an SQLite file of this process: WAL, a commit is on the disk before anybody is
// told, one thread that writes. All of it stands in memory too; reads never touch the file.
// A crash loses the clicks of about the last second, and nothing else.
#pragma once

#include "gateway/tables/memory_backend.hpp"
#include "gateway/tables/sqlite_agents.hpp"
#include "gateway/tables/sqlite_answers.hpp"
#include "gateway/tables/sqlite_database.hpp"
#include "gateway/tables/sqlite_decision.hpp"
#include "gateway/tables/sqlite_links.hpp"
#include "gateway/tables/sqlite_users.hpp"
#include "gateway/tables/sqlite_writer.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace sluice::gateway::tables {

struct sqlite_options {
    std::string path; // of the file; its directory must be there
    sqlite_database::options file;
    std::size_t max_waiting = 65'536; // writes
    wall_time now{};                  // when it is opened: what is too old goes
    // How long an expired link is still known to have been one, and a break that ended is kept.
    std::chrono::milliseconds link_history = std::chrono::hours(24 * 30);
    std::chrono::milliseconds break_history = std::chrono::hours(24 * 400);
    // Called once, on another thread, when the disk has failed: see sqlite_writer.
    std::function<void(std::string const& what)> on_fatal = [](std::string const&) {};
    std::function<link_code()> codes = random_link_code;
};

class sqlite_backend final : public memory_backend {
  public:
    // Opens the file, brings it to this version, reads it into memory and starts to write. Errors:
    // damaged, newer_version, cannot_open, disk_full; `what` is then SQLite's sentence.
    static result<std::unique_ptr<sqlite_backend>> open(sqlite_options&& how, std::string& what);
    ~sqlite_backend() override;

    void recall_answer(call_key const& call, inbox& to, teller<answer_ptr> done) override;
    void keep_answer(call_key const& call, answer_ptr answer, inbox& to,
                     teller<answer_ptr> done) override;
    void store_link(new_link&& asked, inbox& to, teller<std::shared_ptr<link const>> done,
                    keyed_call<std::shared_ptr<link const>> call) override;

    void update_user(user_update&& update, inbox& to,
                     teller<std::shared_ptr<tables::user_variables const>> done,
                     keyed_call<std::shared_ptr<tables::user_variables const>> call) override;
    void erase_user(std::string_view account, std::string_view contact, inbox& to,
                    teller<std::size_t> done) override;

    void set_break(break_change&& change, inbox& to, teller<change_outcome> done,
                   keyed_call<change_outcome> call) override;
    void plan_break(break_change&& change, inbox& to, teller<change_outcome> done,
                    keyed_call<change_outcome> call) override;
    void list_planned(std::string_view account, std::string_view cli, inbox& to,
                      teller<std::vector<break_change>> done) override;
    void cancel_planned(std::string_view account, std::string_view cli, inbox& to,
                        teller<std::size_t> done) override;
    void settle_breaks(wall_time now, inbox& to, teller<change_outcome> done) override;
    void add_agent(std::string_view account, std::string_view cli, wall_time at, inbox& to,
                   teller<change_outcome> done) override;
    void remove_agent(std::string_view account, std::string_view cli, wall_time at, inbox& to,
                      teller<change_outcome> done) override;

    table_counts counts() const override;
    bool close() override;

  private:
    explicit sqlite_backend(sqlite_options&& how);

    boost::system::error_code load();
    void start();
    template <class T>
    void submit(inbox& to, decider<T> decide, teller<T> done, keyed_call<T> call = {},
                std::optional<answer_subject> about = {});

    void purge_links(wall_time now, std::function<void()>& publish);
    void purge_breaks(wall_time now, std::function<void()>& publish);
    void after_save(bool is_committed);

    sqlite_options options_;
    sqlite_database database_;
    std::unique_ptr<sqlite_links> links_; // these four after the schema is there
    std::unique_ptr<sqlite_users> users_;
    std::unique_ptr<sqlite_agents> agents_;
    std::unique_ptr<sqlite_answers> answers_;

    // The writing thread's.
    std::vector<unsaved_clicks> saving_;
    bool has_erased_ = false;
    wall_time links_purged_{};
    wall_time breaks_purged_{};

    std::unique_ptr<sqlite_writer> writer_; // last: its thread uses all of the above
};

} // namespace sluice::gateway::tables
