// The tables in PostgreSQL, shared by any number of gateways. What is written is decided there, in
// a transaction that locks whom it is about; all of it stands in memory too, and memory shows what
// others wrote at most a second later. A crash of this gateway loses the clicks of about the last
// second, and nothing else. While the database is away calls are answered from memory and writes
// are refused with `unavailable`.
#pragma once

#include "gateway/tables/memory_backend.hpp"
#include "gateway/tables/postgres_writer.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace sluice::gateway::tables {

struct postgres_options {
    postgres_session::options session; // the schema is there already
    write_queue::options waiting;
    postgres_writer::options writer;
    wall_time now{}; // when it is opened: what is too old goes
    // How long an expired link is still known to have been one, and a break that ended is kept.
    std::chrono::milliseconds link_history = std::chrono::hours(24 * 30);
    std::chrono::milliseconds break_history = std::chrono::hours(24 * 400);
    std::function<link_code()> codes = random_link_code;
};

class postgres_backend final : public memory_backend {
  public:
    // Connects, reads everything into memory and starts to write. Error: unavailable; `what` is
    // then the database's sentence.
    static result<std::unique_ptr<postgres_backend>> open(postgres_options&& how,
                                                          std::string& what);
    ~postgres_backend() override;

    void recall_answer(call_key const& call, inbox& to, teller<answer_ptr> done) override;
    void keep_answer(call_key const& call, answer_ptr answer, inbox& to,
                     teller<answer_ptr> done) override;

    bool is_shared() const override { return true; }
    void look_up_link(link_code code, inbox& to, teller<std::shared_ptr<link const>> done) override;
    void store_link(new_link&& asked, inbox& to, teller<std::shared_ptr<link const>> done,
                    keyed_call<std::shared_ptr<link const>> call) override;

    void update_user(user_update&& update, inbox& to,
                     teller<std::shared_ptr<tables::user_variables const>> done,
                     keyed_call<std::shared_ptr<tables::user_variables const>> call) override;
    void erase_user(std::string_view account, std::string_view contact, inbox& to,
                    teller<std::size_t> done) override;

    void configure_agents(std::vector<account_agents> const& all) override;
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
    explicit postgres_backend(postgres_options&& how);

    template <class T>
    void submit(inbox& to, postgres_rules<T> rules, teller<T> done, keyed_call<T> call = {},
                std::optional<answer_subject> about = {});
    // A write that is about one agent: `change` changes the facts and says what that comes to.
    template <class T, class Change>
    postgres_rules<T> about_agent(table_subject agent, Change change);
    std::function<void()> show(table_subject const& agent, agent_facts const& now);
    postgres_reader::maps maps();

    postgres_options options_;
    postgres_session session_;
    write_queue queue_;
    postgres_reader reader_;
    postgres_housekeeping keeper_;
    std::atomic<bool> is_reconfigured_ = false;
    postgres_writer writer_; // last: its thread uses all of the above
};

} // namespace sluice::gateway::tables
