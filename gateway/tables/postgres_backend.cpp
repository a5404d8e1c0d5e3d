#include "gateway/tables/postgres_backend.hpp"

namespace sluice::gateway::tables {

template <class T>
void postgres_backend::submit(inbox& to, postgres_rules<T> rules, teller<T> done,
                              keyed_call<T> call, std::optional<answer_subject> about) {
    auto const one = std::make_shared<postgres_decision<T>>(
        to, std::move(rules), std::move(done), std::move(call), std::move(about), answer_memory_);
    if (auto const refused = queue_.submit(one); refused && one->claim()) one->answer(refused);
}

// --- opening and closing ------------------------------------------------------------------------

postgres_backend::postgres_backend(postgres_options&& how)
    : options_(std::move(how))
    , session_(options_.session)
    , queue_(options_.waiting)
    , reader_(session_, maps())
    , keeper_(session_, link_memory_, agent_memory_,
              {options_.link_history, options_.break_history, options_.now})
    , writer_(session_, queue_, reader_, keeper_, maps(), std::move(options_.writer)) {}

postgres_backend::~postgres_backend() {
    close();
}

result<std::unique_ptr<postgres_backend>> postgres_backend::open(postgres_options&& how,
                                                                 std::string& what) {
    std::unique_ptr<postgres_backend> made(new postgres_backend(std::move(how)));
    if (!made->writer_.open()) {
        what = made->session_.failure_text();
        return errc::unavailable;
    }
    made->writer_.start();
    return made;
}

bool postgres_backend::close() {
    return writer_.stop();
}

postgres_reader::maps postgres_backend::maps() {
    return {link_memory_, user_memory_, agent_memory_, answer_memory_, next_planned_};
}

table_counts postgres_backend::counts() const {
    auto now = sizes();
    now.waiting_writes = queue_.waiting();
    now.transactions = writer_.transactions();
    now.failures = writer_.failures();
    return now;
}

// --- calls with an Idempotency-Key --------------------------------------------------------------

void postgres_backend::recall_answer(call_key const& call, inbox& to, teller<answer_ptr> done) {
    postgres_rules<answer_ptr> rules;
    rules.is_reading = true;
    rules.want = [call](postgres_batch& in) { in.answers.want(call.key); };
    rules.decide = [call](postgres_batch& in) -> postgres_decided<answer_ptr> {
        return {in.answers.find(call), nullptr, nullptr};
    };
    submit<answer_ptr>(to, std::move(rules), std::move(done));
}

void postgres_backend::keep_answer(call_key const& call, answer_ptr answer, inbox& to,
                                   teller<answer_ptr> done) {
    if (answer->bytes() > max_answer_bytes) return done(errc::answer_too_long);
    postgres_rules<answer_ptr> rules;
    rules.want = [call](postgres_batch& in) { in.answers.want(call.key); };
    rules.decide = [this, call, answer](postgres_batch& in) -> postgres_decided<answer_ptr> {
        auto first = in.answers.find(call);
        if (!first || *first) return {first, nullptr, nullptr};
        return {answer, [&in, call, answer] { in.answers.keep(call, answer, std::nullopt); },
                [this, call, answer] { answer_memory_.put(call, answer); }};
    };
    submit<answer_ptr>(to, std::move(rules), std::move(done));
}

// --- short links --------------------------------------------------------------------------------

void postgres_backend::look_up_link(link_code code, inbox& to,
                                    teller<std::shared_ptr<link const>> done) {
    using found = std::shared_ptr<link const>;
    postgres_rules<found> rules;
    rules.is_reading = true;
    rules.want = [code](postgres_batch& in) { in.links.want(code); };
    rules.decide = [this, code](postgres_batch& in) -> postgres_decided<found> {
        auto what = in.links.find(code);
        std::function<void()> publish;
        if (what) publish = [this, what] { link_memory_.put(what); };
        return {std::move(what), nullptr, std::move(publish)};
    };
    submit<found>(to, std::move(rules), std::move(done));
}

void postgres_backend::store_link(new_link&& asked, inbox& to,
                                  teller<std::shared_ptr<link const>> done,
                                  keyed_call<std::shared_ptr<link const>> call) {
    using kept = std::shared_ptr<link const>;
    keeper_.note(asked.now);
    auto const shared = std::make_shared<new_link const>(std::move(asked));
    postgres_rules<kept> rules;
    rules.want = [shared](postgres_batch& in) { in.links.want(shared->key); };
    rules.decide = [this, shared](postgres_batch& in) -> postgres_decided<kept> {
        auto known = in.links.find(shared->key);
        if (known && is_fresh(*known, *shared)) {
            // Another gateway may have made it.
            return {known, nullptr, [this, known] { link_memory_.put(known); }};
        }
        // Those of this transaction are not counted yet: the limit may be passed by one batch.
        if (!known && link_memory_.size() >= max_links_.load()) return {errc::table_full, {}, {}};
        auto made = known ? renewed_link(*known, *shared) : made_link(*shared, options_.codes());
        return {made, [&in, made] { in.links.put(made); },
                [this, made] { link_memory_.put(made); }};
    };
    submit<kept>(to, std::move(rules), std::move(done), std::move(call));
}

// --- user variables -----------------------------------------------------------------------------

void postgres_backend::update_user(user_update&& update, inbox& to,
                                   teller<std::shared_ptr<tables::user_variables const>> done,
                                   keyed_call<std::shared_ptr<tables::user_variables const>> call) {
    using kept = std::shared_ptr<tables::user_variables const>;
    answer_subject about{update.account, update.contact};
    keeper_.note(update.now);
    auto const shared = std::make_shared<user_update const>(std::move(update));
    table_subject const person{shared->account, shared->contact};
    postgres_rules<kept> rules;
    rules.want = [person](postgres_batch& in) { in.users.want(person); };
    rules.decide = [this, shared, person](postgres_batch& in) -> postgres_decided<kept> {
        auto now = in.users.find(person);
        bool const is_new = now.empty();
        for (auto const& change : shared->changes)
            merge(now, change, shared->now);
        if (now.size() > shared->max_keys) return {errc::too_many_keys, {}, {}};
        bool const is_one_more = is_new && !now.empty();
        if (is_one_more && user_memory_.size() >= max_users_.load()) {
            return {errc::table_full, {}, {}};
        }
        kept const what =
            now.empty() ? nullptr : std::make_shared<tables::user_variables const>(now);
        return {what, [&in, person, now = std::move(now)] { in.users.put(person, now); },
                [this, person, what] { user_memory_.put(person.account, person.name, what); }};
    };
    submit<kept>(to, std::move(rules), std::move(done), std::move(call), std::move(about));
}

void postgres_backend::erase_user(std::string_view account, std::string_view contact, inbox& to,
                                  teller<std::size_t> done) {
    table_subject const person{std::string(account), std::string(contact)};
    postgres_rules<std::size_t> rules;
    rules.want = [person](postgres_batch& in) {
        in.users.want(person);
        in.answers.want_about(person);
    };
    rules.decide = [this, person](postgres_batch& in) -> postgres_decided<std::size_t> {
        auto const count = in.users.find(person).size();
        auto const gone = std::make_shared<std::vector<call_hash>>();
        return {count,
                [&in, person, gone] {
                    in.users.put(person, {});
                    *gone = in.answers.erase(person);
                },
                [this, person, gone] {
                    user_memory_.put(person.account, person.name, nullptr);
                    for (auto const& key : *gone)
                        answer_memory_.remove(key);
                }};
    };
    submit<std::size_t>(to, std::move(rules), std::move(done));
}

// --- agents -------------------------------------------------------------------------------------

void postgres_backend::configure_agents(std::vector<account_agents> const& all) {
    memory_backend::configure_agents(all);
    is_reconfigured_.store(true);
}

std::function<void()> postgres_backend::show(table_subject const& agent, agent_facts const& now) {
    return [this, agent, is_added = now.added.has_value(), now = shown(now)] {
        is_added ? agent_memory_.add(agent.account, agent.name)
                 : agent_memory_.remove(agent.account, agent.name);
        agent_memory_.replace_breaks(agent.account, agent.name, now.since, now.breaks);
    };
}

template <class T, class Change>
postgres_rules<T> postgres_backend::about_agent(table_subject agent, Change change) {
    postgres_rules<T> rules;
    rules.want = [agent](postgres_batch& in) { in.agents.want(agent); };
    rules.decide = [this, agent, change](postgres_batch& in) -> postgres_decided<T> {
        auto facts = in.agents.find(agent);
        result<T> const outcome = change(in, facts);
        if (!outcome) return {outcome, {}, {}};
        return {outcome, [&in, agent, facts] { in.agents.put(agent, facts); }, show(agent, facts)};
    };
    return rules;
}

void postgres_backend::set_break(break_change&& change, inbox& to, teller<change_outcome> done,
                                 keyed_call<change_outcome> call) {
    keeper_.note(change.at);
    table_subject const agent{change.account, change.cli};
    auto rules = about_agent<change_outcome>(
        agent,
        [agent, change = std::move(change)](postgres_batch& in,
                                            agent_facts& facts) -> result<change_outcome> {
            if (!in.agents.is_known(agent)) return errc::unknown_agent;
            return facts.set_break(change);
        });
    submit<change_outcome>(to, std::move(rules), std::move(done), std::move(call));
}

void postgres_backend::plan_break(break_change&& change, inbox& to, teller<change_outcome> done,
                                  keyed_call<change_outcome> call) {
    table_subject const agent{change.account, change.cli};
    auto rules = about_agent<change_outcome>(
        agent,
        [agent, change = std::move(change)](postgres_batch& in,
                                            agent_facts& facts) -> result<change_outcome> {
            if (!in.agents.is_known(agent)) return errc::unknown_agent;
            if (facts.plans.size() >= max_planned_breaks) return errc::too_many_plans;
            facts.plan(change);
            return change_outcome::changed;
        });
    submit<change_outcome>(to, std::move(rules), std::move(done), std::move(call));
}

void postgres_backend::list_planned(std::string_view account, std::string_view cli, inbox& to,
                                    teller<std::vector<break_change>> done) {
    using list = std::vector<break_change>;
    auto rules = about_agent<list>({std::string(account), std::string(cli)},
                                   [](postgres_batch&, agent_facts& facts) -> result<list> {
                                       list all;
                                       for (auto const& each : facts.plans)
                                           all.push_back(each.what);
                                       return all;
                                   });
    rules.is_reading = true;
    submit<list>(to, std::move(rules), std::move(done));
}

void postgres_backend::cancel_planned(std::string_view account, std::string_view cli, inbox& to,
                                      teller<std::size_t> done) {
    auto rules =
        about_agent<std::size_t>({std::string(account), std::string(cli)},
                                 [](postgres_batch&, agent_facts& facts) -> result<std::size_t> {
                                     auto const count = facts.plans.size();
                                     facts.plans.clear();
                                     return count;
                                 });
    submit<std::size_t>(to, std::move(rules), std::move(done));
}

// The breaks of agents that are gone are ended once for each configuration, not whenever a change
// is due: another gateway may know agents already that the configuration of this one does not.
void postgres_backend::settle_breaks(wall_time now, inbox& to, teller<change_outcome> done) {
    struct found {
        std::vector<table_subject> due, on_break;
        std::optional<wall_time> next;
    };
    bool const ends_gone = is_reconfigured_.exchange(false);
    auto const of = std::make_shared<found>();
    postgres_rules<change_outcome> rules;
    rules.prepare = [of, now, ends_gone](postgres_session& in) {
        of->next = read_next_plan(in);
        of->due = read_due_agents(in, now);
        of->on_break = ends_gone ? read_agents_on_break(in) : std::vector<table_subject>();
    };
    rules.want = [of](postgres_batch& in) {
        for (auto const* const agents : {&of->due, &of->on_break}) {
            for (auto const& agent : *agents)
                in.agents.want(agent);
        }
    };
    rules.decide = [this, of, now](postgres_batch& in) -> postgres_decided<change_outcome> {
        auto changed = in.agents.settle(of->due, now);
        for (auto const& agent : of->on_break) {
            if (in.agents.is_known(agent)) continue;
            auto facts = in.agents.find(agent);
            break_change const end{agent.account, agent.name, false, now};
            if (facts.carry_out(end) == change_outcome::unchanged) continue;
            in.agents.put(agent, facts);
            changed.push_back(agent);
        }
        // Another gateway was faster: it is not to be asked for again at once.
        if (of->due.empty()) in.next_plan = of->next.value_or(queue::never);
        std::vector<std::function<void()>> shows;
        for (auto const& agent : changed)
            shows.push_back(show(agent, in.agents.find(agent)));
        auto const outcome = changed.empty() ? change_outcome::unchanged : change_outcome::changed;
        return {outcome, nullptr, [shows = std::move(shows)] {
                    for (auto const& each : shows)
                        each();
                }};
    };
    auto told = [this, ends_gone, done = std::move(done)](result<change_outcome> outcome) {
        if (!outcome && ends_gone) is_reconfigured_.store(true);
        done(outcome);
    };
    submit<change_outcome>(to, std::move(rules), std::move(told));
}

void postgres_backend::add_agent(std::string_view account, std::string_view cli, wall_time at,
                                 inbox& to, teller<change_outcome> done) {
    table_subject const agent{std::string(account), std::string(cli)};
    auto rules = about_agent<change_outcome>(
        agent, [this, agent, at](postgres_batch& in, agent_facts& facts) -> result<change_outcome> {
            if (in.agents.is_known(agent)) return change_outcome::unchanged;
            if (agent_memory_.size() >= max_agents_.load()) return errc::table_full;
            facts.added = at;
            return change_outcome::changed;
        });
    submit<change_outcome>(to, std::move(rules), std::move(done));
}

void postgres_backend::remove_agent(std::string_view account, std::string_view cli, wall_time at,
                                    inbox& to, teller<change_outcome> done) {
    table_subject const agent{std::string(account), std::string(cli)};
    auto rules = about_agent<change_outcome>(
        agent, [agent, at](postgres_batch& in, agent_facts& facts) -> result<change_outcome> {
            if (!facts.added) return change_outcome::unchanged;
            facts.added.reset();
            // One that stands in the configuration too is still an agent.
            if (in.agents.is_configured(agent)) return change_outcome::changed;
            facts.plans.clear();
            facts.carry_out({agent.account, agent.name, false, at});
            return change_outcome::changed;
        });
    submit<change_outcome>(to, std::move(rules), std::move(done));
}

} // namespace sluice::gateway::tables
