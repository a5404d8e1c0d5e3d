// The tables of the custom webhooks: short links, user variables, agents and their breaks. The
// seam to where they are kept: an SQLite file of this process, or a database that several share.
//
// Reads answer at once from memory, on any thread; they never touch a disk and wait for no more
// than another thread's look into the same part of a map. Writes are decided one after another,
// many in one transaction, on a thread of the backend; a caller is told when his write is safe, and
// what it was told every reader sees. See inbox.hpp for how.
#pragma once

#include "gateway/tables/agent.hpp"
#include "gateway/tables/error.hpp"
#include "gateway/tables/inbox.hpp"
#include "gateway/tables/keyed_call.hpp"
#include "gateway/tables/link.hpp"
#include "gateway/tables/user.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace sluice::gateway::tables {

struct table_counts {
    std::uint64_t links = 0;
    std::uint64_t users = 0;
    std::uint64_t agents = 0;
    std::uint64_t waiting_writes = 0;
    std::uint64_t transactions = 0; // committed since the start
    std::uint64_t failures = 0;     // transactions that were not committed
};

// What the tables may hold; from [limits]. May be passed by what one transaction takes at once.
struct table_limits {
    std::uint64_t links = 1'000'000;
    std::uint64_t users = 1'000'000;
    std::uint64_t agents = 100'000;
    std::uint64_t answers = 1'000'000; // of calls with an Idempotency-Key: the newest are kept
};

class backend {
  public:
    virtual ~backend() = default;

    // --- calls with an Idempotency-Key --------------------------------------------------------
    // What the first call with this key was answered; nullptr where that is not known here, and
    // the write decides. Answers are kept for answer_lifetime or while they are among the newest
    // table_limits::answers, whichever ends first, and a person's as long as the person. Error:
    // key_conflict. A write that takes a keyed_call along can come to key_conflict and
    // answer_too_long too.
    virtual result<answer_ptr> find_answer(call_key const& call) const = 0;
    // Whether `recall_answer` would find something: in memory, for the I/O threads.
    virtual bool has_answer(call_key const& call) const = 0;
    // The same as find_answer from the file, which knows all; nullptr where the key is new.
    virtual void recall_answer(call_key const& call, inbox& to, teller<answer_ptr> done) = 0;
    // Keeps what a call was answered that changed nothing in the tables; tells what is kept under
    // the key then, which is an earlier answer where there is one. Errors: answer_too_long and
    // those of find_answer and every write.
    virtual void keep_answer(call_key const& call, answer_ptr answer, inbox& to,
                             teller<answer_ptr> done) = 0;

    // --- short links ------------------------------------------------------------------------
    // nullptr where there is none. Expired ones are found too.
    virtual std::shared_ptr<link const> find_link(link_code code) const = 0;
    virtual std::shared_ptr<link const> find_link(link_key const& key) const = 0;
    // Whether others write to the same tables: memory may then lack what they wrote within the last
    // second, and look_up_link asks where it is kept. nullptr where there is none. Error:
    // unavailable and those of every write.
    virtual bool is_shared() const { return false; }
    virtual void look_up_link(link_code code, inbox& to,
                              teller<std::shared_ptr<link const>> done) = 0;
    // A click more. It is on the disk about a second later, or after a clean stop.
    virtual void count_click(link_code code, day_number day) = 0;
    virtual link_clicks clicks_of(link_code code) const = 0;
    // The newest of an account, newest first. For operators: looks at all links.
    virtual std::vector<std::shared_ptr<link const>> newest_links(std::string_view account,
                                                                  std::size_t most) const = 0;
    // The link of asked.key, made where there is none, its expiry counted from now.
    // Errors: table_full and those of every write (disk_full, overloaded, stopping,
    // outcome_unknown, unavailable).
    virtual void store_link(new_link&& asked, inbox& to, teller<std::shared_ptr<link const>> done,
                            keyed_call<std::shared_ptr<link const>> call = {}) = 0;

    // --- user variables -----------------------------------------------------------------------
    // nullptr where nothing is kept of this person.
    virtual std::shared_ptr<tables::user_variables const>
    user_variables(std::string_view account, std::string_view contact) const = 0;
    // The first persons of an account, in the order of their contacts. For operators: looks at all
    // persons.
    virtual std::vector<std::string> contacts(std::string_view account, std::size_t most) const = 0;
    // Merges the changes into what is there; tells what is there then, nullptr for nothing.
    // Errors: too_many_keys, table_full and those of every write.
    virtual void
    update_user(user_update&& update, inbox& to,
                teller<std::shared_ptr<tables::user_variables const>> done,
                keyed_call<std::shared_ptr<tables::user_variables const>> call = {}) = 0;
    // Takes away everything of this person, answers to calls that changed them too; tells how many
    // variables there were.
    virtual void erase_user(std::string_view account, std::string_view contact, inbox& to,
                            teller<std::size_t> done) = 0;

    // --- agents -------------------------------------------------------------------------------
    // The agents of the configuration, in place of those of the configuration before. Before the
    // threads start and at each reload. Breaks of an agent that is gone stay.
    virtual void configure_agents(std::vector<account_agents> const& all) = 0;
    // In the order of their numbers.
    virtual std::vector<agent_state> agents(std::string_view account) const = 0;
    virtual std::optional<agent_state> find_agent(std::string_view account,
                                                  std::string_view cli) const = 0;
    // Breaks that have a part in [from, to), by agent in the order of the numbers; of one agent
    // where `cli` is given. Agents without such a break are left out; agents that are gone are not.
    virtual std::vector<agent_breaks> breaks(std::string_view account, wall_time from, wall_time to,
                                             std::optional<std::string_view> cli = {}) const = 0;
    // Begins or ends a break, and takes back what was planned for the agent and is not due yet.
    // Repeated, it changes nothing; two at once come to one state. A time
    // before the agent's last change counts as that change's time, so that intervals never
    // overlap. Errors: unknown_agent and those of every write.
    virtual void set_break(break_change&& change, inbox& to, teller<change_outcome> done,
                           keyed_call<change_outcome> call = {}) = 0;
    // Keeps a change for its time, `at`. It is carried out then, as set_break would, and before any
    // later change of the agent; one whose time came while no gateway ran counts from that time.
    // Errors: unknown_agent, too_many_plans and those of every write.
    virtual void plan_break(break_change&& change, inbox& to, teller<change_outcome> done,
                            keyed_call<change_outcome> call = {}) = 0;
    // What waits of one agent, in the order of the times; taking all of it back tells how many
    // there were. Errors: those of every write.
    virtual void list_planned(std::string_view account, std::string_view cli, inbox& to,
                              teller<std::vector<break_change>> done) = 0;
    virtual void cancel_planned(std::string_view account, std::string_view cli, inbox& to,
                                teller<std::size_t> done) = 0;
    // Carries out what is due at `now`, as much as suits one transaction, and ends the breaks of
    // agents that left the configuration. To be called after configure_agents, and from
    // next_planned() on until that is later.
    virtual void settle_breaks(wall_time now, inbox& to, teller<change_outcome> done) = 0;
    // No planned change is due before; `never` where there is none.
    virtual wall_time next_planned() const = 0;
    // Unchanged where the account has that agent. Errors: table_full and those of every write.
    virtual void add_agent(std::string_view account, std::string_view cli, wall_time at, inbox& to,
                           teller<change_outcome> done) = 0;
    // Unchanged where it was not added by add_agent; one of the configuration stays. A break that
    // is open ends at `at`.
    virtual void remove_agent(std::string_view account, std::string_view cli, wall_time at,
                              inbox& to, teller<change_outcome> done) = 0;

    // --- all ------------------------------------------------------------------------------------
    virtual table_counts counts() const = 0;
    // For writes from now on.
    virtual void limit(table_limits const& to) = 0;
    // Takes no more writes, waits for those that it took, writes the clicks and closes. On one
    // thread, when no other calls any more; tells whether everything is on the disk.
    virtual bool close() = 0;
};

} // namespace sluice::gateway::tables
