// Many writes decided in one transaction: they say what they look at, that is locked and read, they
// decide on the values one after another, and what changed is written, each kind in one statement.
// Made anew for each attempt; the writing thread.
#pragma once

#include "gateway/tables/postgres_agents.hpp"
#include "gateway/tables/postgres_answers.hpp"
#include "gateway/tables/postgres_links.hpp"
#include "gateway/tables/postgres_users.hpp"
#include "gateway/tables/table_write.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::gateway::tables {

struct postgres_batch {
    postgres_batch(agent_map const& agents_in_memory, answer_map const& answers_in_memory)
        : agents(agents_in_memory)
        , answers(answers_in_memory) {}

    // Waits until nobody else decides about what is wanted here.
    void lock(postgres_session& in) const;
    void load(postgres_session& from);
    // False: to be decided anew, see postgres_links.
    bool save(postgres_session& to, std::int64_t writer);

    postgres_links links;
    postgres_users users;
    postgres_agents agents;
    postgres_answers answers;
    // Of all: what a decision read, and after `save` where this changed plans.
    std::optional<wall_time> next_plan;
};

// One caller's write. An attempt that fails is made again from the beginning.
class postgres_write : public table_write {
  public:
    using table_write::table_write;

    // Changes nothing.
    virtual bool is_reading() const { return false; }
    // Before the transaction: finds out what it will look at, where that is not known.
    virtual void prepare(postgres_session&) {}
    virtual void want(postgres_batch& in) = 0;
    virtual void decide(postgres_batch& in) = 0;
};

// What deciding comes to: nothing has changed before `apply`.
template <class T>
struct postgres_decided {
    result<T> outcome;
    std::function<void()> apply;   // in the batch
    std::function<void()> publish; // in memory, after the commit
};

template <class T>
struct postgres_rules {
    std::function<void(postgres_batch&)> want;
    std::function<postgres_decided<T>(postgres_batch&)> decide;
    std::function<void(postgres_session&)> prepare = nullptr;
    bool is_reading = false;
};

template <class T>
class postgres_decision final : public answered_write<T, postgres_write> {
    using base = answered_write<T, postgres_write>;

  public:
    postgres_decision(inbox& to, postgres_rules<T>&& rules, teller<T>&& done, keyed_call<T>&& call,
                      std::optional<answer_subject>&& about, answer_map& memory)
        : base(to, std::move(done), std::move(call), std::move(about), memory)
        , rules_(std::move(rules)) {}

    bool is_reading() const override { return rules_.is_reading; }

    void prepare(postgres_session& in) override {
        if (rules_.prepare) rules_.prepare(in);
    }

    void want(postgres_batch& in) override {
        if (this->call_.key) in.answers.want(this->call_.key->key);
        rules_.want(in);
    }

    void decide(postgres_batch& in) override {
        this->publish_ = nullptr;
        this->first_ = nullptr;
        this->kept_ = nullptr;
        if (!this->call_.key) return take(rules_.decide(in));
        auto known = in.answers.find(*this->call_.key);
        if (!known) {
            this->outcome_ = known.error();
        } else if (*known) {
            this->first_ = std::move(*known);
        } else {
            decide_first(in);
        }
    }

  private:
    void take(postgres_decided<T>&& decided) {
        this->outcome_ = std::move(decided.outcome);
        this->publish_ = std::move(decided.publish);
        if (decided.apply) decided.apply();
    }

    void decide_first(postgres_batch& in) {
        auto decided = rules_.decide(in);
        auto answer = this->call_.answer(decided.outcome);
        if (answer && answer->bytes() > max_answer_bytes) {
            this->outcome_ = errc::answer_too_long;
            return;
        }
        if (answer) {
            this->kept_ = std::make_shared<kept_answer const>(std::move(*answer));
            in.answers.keep(*this->call_.key, this->kept_, this->about_);
        }
        take(std::move(decided));
    }

    postgres_rules<T> rules_;
};

} // namespace sluice::gateway::tables
