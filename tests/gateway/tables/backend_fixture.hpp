// What the tests of the tables share: a backend over a store of its own, an inbox that a test waits
// at, calls that wait for their answer. The suites named table_… are the same for every backend:
// the program that they are linked into says which (make_backend_maker).
#pragma once

#include "gateway/tables/tables.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::gateway::tables {

inline std::ostream& operator<<(std::ostream& out, errc code) {
    return out << make_error_code(code).message();
}

} // namespace sluice::gateway::tables

namespace sluice::gateway::tables::test {

using namespace std::chrono_literals;

// Answers are run where the test waits for them, as an I/O thread would run them.
class waiting_inbox final : public inbox {
  public:
    void deliver(answers&& ready) override;
    // Waits for one delivery at least.
    void run();
    // The same, but not longer than this; false where there was none.
    bool run_for(std::chrono::milliseconds most);

  private:
    std::mutex mutex_;
    std::condition_variable wakes_;
    answers ready_;
};

// A key as a caller's text makes it.
call_key key_of(std::string_view key, std::string_view request = "request",
                wall_time now = wall_time(std::chrono::seconds(1'764'000'000)));

inline wall_time at(std::int64_t seconds) {
    return wall_time(std::chrono::seconds(1'764'000'000 + seconds));
}

struct backend_options {
    wall_time now{};
    std::function<link_code()> codes = random_link_code;
};

// A store, new and empty, and backends over it.
class backend_maker {
  public:
    virtual ~backend_maker() = default;
    virtual result<std::unique_ptr<backend>> open(backend_options const& with,
                                                  std::string& what) = 0;
    // As if the process of that backend had been killed: what is kept is as it is now.
    virtual void kill(std::unique_ptr<backend> running) = 0;
    // Rows of answers to keyed calls.
    virtual std::int64_t kept_answers() = 0;
    // Whether these bytes stand anywhere. No backend is open.
    virtual bool holds(std::string_view bytes) = 0;
};

std::unique_ptr<backend_maker> make_backend_maker();

class backend_fixture {
  public:
    explicit backend_fixture(std::unique_ptr<backend_maker> maker = make_backend_maker())
        : maker_(std::move(maker)) {}

    // Opens the tables; what was open is closed before.
    boost::system::error_code open();
    // As if the process had been killed: what is kept now, opened by a new backend.
    void reopen_copy();
    std::int64_t kept_answers() { return maker_->kept_answers(); }
    bool store_holds(std::string_view bytes) { return maker_->holds(bytes); }

    template <class T, class Call>
    result<T> ask(Call call) {
        std::optional<result<T>> got;
        call(teller<T>([&](result<T> outcome) { got = std::move(outcome); }));
        while (!got)
            inbox.run();
        return *std::move(got);
    }

    // The same for a write that takes a key along, `call(done, keyed)`. Its answer is `text` of
    // what it came to; nothing where that is an error, unless `keeps_errors`.
    template <class T, class Call, class Text>
    std::string ask_once(call_key const& key, Call call, Text text, bool keeps_errors = false) {
        std::optional<std::string> told;
        keyed_call<T> keyed;
        keyed.key = key;
        keyed.answer = [text, keeps_errors](result<T> const& outcome) {
            std::optional<kept_answer> kept;
            if (outcome || keeps_errors) kept = kept_answer{200, "text/plain", text(outcome)};
            return kept;
        };
        keyed.repeat = [&told](kept_answer const& first) { told = "again " + first.body; };
        call(teller<T>([&told, text, keeps_errors](result<T> const& outcome) {
                 bool const is_told = outcome || keeps_errors;
                 told = is_told ? text(outcome) : outcome.error().message();
             }),
             std::move(keyed));
        while (!told)
            inbox.run();
        return *std::move(told);
    }

    result<std::shared_ptr<link const>> store(std::string const& url, wall_time now = at(0),
                                              std::optional<std::chrono::milliseconds> expiry = {},
                                              std::string const& token = "token");
    result<std::shared_ptr<user_variables const>> update(std::vector<user_change> changes,
                                                         std::string const& contact = "c",
                                                         std::size_t max_keys = 100);
    // An update whose call carries a key; `request` is all that the call says. What the call is
    // told: the names that are kept then, "again " and what the first was told, or an error.
    std::string update_once(std::string const& key, std::vector<user_change> changes,
                            std::string const& request = "request", wall_time now = at(0),
                            std::string const& contact = "c");
    result<std::size_t> erase(std::string const& contact);
    result<change_outcome> set_break(bool on, wall_time when, std::string const& cli = "1",
                                     break_source source = break_source::webhook);
    result<change_outcome> add_agent(std::string const& cli);
    result<change_outcome> remove_agent(std::string const& cli, wall_time when);
    // "name=value name=value"
    std::string variables(std::string const& contact = "c") const;
    // "start-end start-" in seconds since at(0)
    std::string breaks(std::string const& cli = "1") const;

    backend_maker& maker() { return *maker_; }

  private:
    std::unique_ptr<backend_maker> maker_; // before the backend, which ends first

  public:
    backend_options options;
    waiting_inbox inbox;
    std::unique_ptr<backend> tables;
    std::string what; // why it could not be opened
};

} // namespace sluice::gateway::tables::test
