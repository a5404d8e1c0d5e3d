#include "gateway/tables/sqlite_backend.hpp"

#include "gateway/tables/sqlite_schema.hpp"

#include <algorithm>

namespace sluice::gateway::tables {

template <class T>
void sqlite_backend::submit(inbox& to, decider<T> decide, teller<T> done, keyed_call<T> call,
                            std::optional<answer_subject> about) {
    typename sqlite_decision<T>::key_place const keys{*answers_, answer_memory_};
    auto const one = std::make_shared<sqlite_decision<T>>(to, std::move(decide), std::move(done),
                                                          std::move(call), std::move(about), keys);
    if (auto const refused = writer_->submit(one)) one->answer(refused);
}

// --- opening and closing ------------------------------------------------------------------------

sqlite_backend::sqlite_backend(sqlite_options&& how)
    : options_(std::move(how))
    , database_(options_.path, options_.file)
    , links_purged_(options_.now)
    , breaks_purged_(options_.now) {}

sqlite_backend::~sqlite_backend() {
    close();
}

result<std::unique_ptr<sqlite_backend>> sqlite_backend::open(sqlite_options&& how,
                                                             std::string& what) {
    std::unique_ptr<sqlite_backend> made(new sqlite_backend(std::move(how)));
    if (auto const failed = made->load()) {
        what = made->database_.failure_text();
        return failed;
    }
    made->start();
    return made;
}

boost::system::error_code sqlite_backend::load() {
    if (database_.failure()) return to_error(database_);
    if (auto const failed = migrate(database_)) return failed;
    links_ = std::make_unique<sqlite_links>(database_, link_memory_, options_.codes);
    users_ = std::make_unique<sqlite_users>(database_, user_memory_);
    agents_ = std::make_unique<sqlite_agents>(database_, agent_memory_);
    answers_ = std::make_unique<sqlite_answers>(database_, answer_memory_);
    database_.execute("BEGIN IMMEDIATE");
    links_->purge(options_.now - options_.link_history);
    agents_->purge(options_.now - options_.break_history);
    answers_->purge(options_.now);
    database_.execute("COMMIT");
    bool const is_whole = links_->load() && agents_->load();
    users_->load();
    answers_->load(answer_memory_);
    next_planned_.store(agents_->next_planned().value_or(queue::never));
    if (database_.failure()) {
        database_.roll_back();
        return to_error(database_);
    }
    if (!is_whole) return errc::damaged;
    return {};
}

void sqlite_backend::start() {
    sqlite_writer::options options;
    options.max_waiting = options_.max_waiting;
    options.gather = [this] {
        saving_ = link_memory_.take_unsaved();
        return !saving_.empty();
    };
    options.regularly = [this] { links_->save(saving_); };
    options.after_regularly = [this](bool is_committed) { after_save(is_committed); };
    options.on_fatal = options_.on_fatal;
    writer_ = std::make_unique<sqlite_writer>(database_, std::move(options));
}

bool sqlite_backend::close() {
    return !writer_ || writer_->stop();
}

table_counts sqlite_backend::counts() const {
    auto now = sizes();
    now.waiting_writes = writer_->waiting();
    now.transactions = writer_->transactions();
    now.failures = writer_->failures();
    return now;
}

// --- what the writing thread does by itself -----------------------------------------------------

void sqlite_backend::after_save(bool is_committed) {
    if (!is_committed) link_memory_.give_back(saving_);
    saving_.clear();
    if (!has_erased_ || !is_committed) return;
    // Old pages in the write-ahead log still hold what was erased.
    has_erased_ = false;
    database_.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    if (database_.failure()) has_erased_ = true; // again the next time
    database_.clear_failure();
}

void sqlite_backend::purge_links(wall_time now, std::function<void()>& publish) {
    if (now - links_purged_ < std::chrono::hours(24)) return;
    auto gone = links_->purge(now - options_.link_history);
    publish = [this, now, gone = std::move(gone), then = std::move(publish)] {
        links_purged_ = now;
        for (auto const& one : gone)
            link_memory_.remove(*one);
        if (then) then();
    };
}

void sqlite_backend::purge_breaks(wall_time now, std::function<void()>& publish) {
    if (now - breaks_purged_ < std::chrono::hours(24)) return;
    agents_->purge(now - options_.break_history);
    publish = [this, now, then = std::move(publish)] {
        breaks_purged_ = now;
        agent_memory_.forget_breaks(now - options_.break_history);
        if (then) then();
    };
}

// --- calls with an Idempotency-Key --------------------------------------------------------------

void sqlite_backend::recall_answer(call_key const& call, inbox& to, teller<answer_ptr> done) {
    auto decide = [this, call](std::function<void()>&) { return answers_->find(call); };
    submit<answer_ptr>(to, std::move(decide), std::move(done));
}

void sqlite_backend::keep_answer(call_key const& call, answer_ptr answer, inbox& to,
                                 teller<answer_ptr> done) {
    if (answer->bytes() > max_answer_bytes) return done(errc::answer_too_long);
    auto decide = [this, call, answer](std::function<void()>& publish) -> result<answer_ptr> {
        auto first = answers_->find(call);
        if (!first || *first) return first;
        answers_->keep(call, *answer, std::nullopt);
        publish = [this, call, answer] { answer_memory_.put(call, answer); };
        return answer;
    };
    submit<answer_ptr>(to, std::move(decide), std::move(done));
}

// --- short links --------------------------------------------------------------------------------

void sqlite_backend::store_link(new_link&& asked, inbox& to,
                                teller<std::shared_ptr<link const>> done,
                                keyed_call<std::shared_ptr<link const>> call) {
    auto decide = [this, asked = std::move(asked)](
                      std::function<void()>& publish) -> result<std::shared_ptr<link const>> {
        purge_links(asked.now, publish);
        auto made = links_->decide(asked, max_links_.load());
        if (!made.what) return errc::table_full;
        if (made.is_changed) {
            publish = [this, what = made.what, before = std::move(publish)] {
                if (before) before();
                link_memory_.put(what);
            };
        }
        return std::move(made.what);
    };
    submit<std::shared_ptr<link const>>(to, std::move(decide), std::move(done), std::move(call));
}

// --- user variables -----------------------------------------------------------------------------

void sqlite_backend::update_user(user_update&& update, inbox& to,
                                 teller<std::shared_ptr<tables::user_variables const>> done,
                                 keyed_call<std::shared_ptr<tables::user_variables const>> call) {
    using kept = std::shared_ptr<tables::user_variables const>;
    answer_subject about{update.account, update.contact};
    auto decide = [this, update = std::make_shared<user_update const>(std::move(update))](
                      std::function<void()>& publish) -> result<kept> {
        auto made = users_->decide(*update, max_users_.load());
        if (made) {
            publish = [this, update, what = *made] {
                user_memory_.put(update->account, update->contact, what);
            };
        }
        return made;
    };
    submit<kept>(to, std::move(decide), std::move(done), std::move(call), std::move(about));
}

void sqlite_backend::erase_user(std::string_view account, std::string_view contact, inbox& to,
                                teller<std::size_t> done) {
    auto decide = [this, account = std::string(account), contact = std::string(contact)](
                      std::function<void()>& publish) -> result<std::size_t> {
        publish = [this, account, contact, answers = answers_->erase(account, contact)] {
            user_memory_.put(account, contact, nullptr);
            for (auto const& key : answers)
                answer_memory_.remove(key);
            has_erased_ = true;
        };
        return users_->erase(account, contact);
    };
    submit<std::size_t>(to, std::move(decide), std::move(done));
}

// --- agents -------------------------------------------------------------------------------------

void sqlite_backend::set_break(break_change&& change, inbox& to, teller<change_outcome> done,
                               keyed_call<change_outcome> call) {
    auto decide = [this, change = std::move(change)](
                      std::function<void()>& publish_later) -> result<change_outcome> {
        break_changes made;
        auto const outcome = agents_->set_break(change, made);
        if (!outcome) return outcome;
        purge_breaks(change.at, publish_later);
        auto const next = agents_->next_planned().value_or(queue::never);
        publish_later = [this, made = std::move(made), then = std::move(publish_later), next] {
            publish(made);
            next_planned_.store(next);
            if (then) then();
        };
        return outcome;
    };
    submit<change_outcome>(to, std::move(decide), std::move(done), std::move(call));
}

void sqlite_backend::plan_break(break_change&& change, inbox& to, teller<change_outcome> done,
                                keyed_call<change_outcome> call) {
    auto decide = [this, change = std::move(change)](
                      std::function<void()>& publish_later) -> result<change_outcome> {
        auto const outcome = agents_->plan_break(change);
        if (!outcome) return outcome;
        publish_later = [this, at = change.at] {
            next_planned_.store(std::min(next_planned_.load(), at));
        };
        return outcome;
    };
    submit<change_outcome>(to, std::move(decide), std::move(done), std::move(call));
}

void sqlite_backend::list_planned(std::string_view account, std::string_view cli, inbox& to,
                                  teller<std::vector<break_change>> done) {
    using list = std::vector<break_change>;
    // A look at the file has its turn among the writes: it shows what they left.
    auto decide = [this, account = std::string(account),
                   cli = std::string(cli)](std::function<void()>&) -> result<list> {
        return agents_->list_planned(account, cli);
    };
    submit<list>(to, std::move(decide), std::move(done));
}

void sqlite_backend::cancel_planned(std::string_view account, std::string_view cli, inbox& to,
                                    teller<std::size_t> done) {
    auto decide = [this, account = std::string(account), cli = std::string(cli)](
                      std::function<void()>& publish_later) -> result<std::size_t> {
        auto const count = agents_->cancel_planned(account, cli);
        auto const next = agents_->next_planned().value_or(queue::never);
        publish_later = [this, next] { next_planned_.store(next); };
        return count;
    };
    submit<std::size_t>(to, std::move(decide), std::move(done));
}

void sqlite_backend::settle_breaks(wall_time now, inbox& to, teller<change_outcome> done) {
    auto decide = [this, now](std::function<void()>& publish_later) -> result<change_outcome> {
        break_changes made;
        agents_->settle_breaks(now, made);
        auto const outcome = made.empty() ? change_outcome::unchanged : change_outcome::changed;
        auto const next = agents_->next_planned().value_or(queue::never);
        publish_later = [this, made = std::move(made), next] {
            publish(made);
            next_planned_.store(next);
        };
        return outcome;
    };
    submit<change_outcome>(to, std::move(decide), std::move(done));
}

void sqlite_backend::add_agent(std::string_view account, std::string_view cli, wall_time at,
                               inbox& to, teller<change_outcome> done) {
    auto decide = [this, account = std::string(account), cli = std::string(cli),
                   at](std::function<void()>& publish) -> result<change_outcome> {
        auto const made = agents_->add(account, cli, at, max_agents_.load());
        if (made && *made == change_outcome::changed) {
            publish = [this, account, cli] { agent_memory_.add(account, cli); };
        }
        return made;
    };
    submit<change_outcome>(to, std::move(decide), std::move(done));
}

void sqlite_backend::remove_agent(std::string_view account, std::string_view cli, wall_time at,
                                  inbox& to, teller<change_outcome> done) {
    auto decide = [this, account = std::string(account), cli = std::string(cli),
                   at](std::function<void()>& publish) -> result<change_outcome> {
        auto const gone = agents_->remove(account, cli, at);
        if (gone.was_there) {
            publish = [this, account, cli, ended = gone.ended] {
                this->publish(ended);
                agent_memory_.remove(account, cli);
            };
        }
        return gone.was_there ? change_outcome::changed : change_outcome::unchanged;
    };
    submit<change_outcome>(to, std::move(decide), std::move(done));
}

} // namespace sluice::gateway::tables
