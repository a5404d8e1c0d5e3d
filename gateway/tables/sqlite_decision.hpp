// A write that is functions: what decides it and who is told. Made on the caller's thread, decided
// on the backend's.
#pragma once

#include "gateway/tables/sqlite_answers.hpp"
#include "gateway/tables/sqlite_writer.hpp"

#include <functional>
#include <optional>
#include <utility>

namespace sluice::gateway::tables {

// What is decided in a transaction comes back as the answer and as what to do after it.
template <class T>
using decider = std::function<result<T>(std::function<void()>& publish)>;

template <class T>
class sqlite_decision final : public answered_write<T, sqlite_write> {
    using base = answered_write<T, sqlite_write>;

  public:
    // The key's place: the file, which is the judge, and the memory in front of it.
    struct key_place {
        sqlite_answers& file;
        answer_map& memory;
    };

    sqlite_decision(inbox& to, decider<T>&& decide, teller<T>&& done, keyed_call<T>&& call,
                    std::optional<answer_subject>&& about, key_place const& in)
        : base(to, std::move(done), std::move(call), std::move(about), in.memory)
        , decide_(std::move(decide))
        , file_(in.file) {}

    void decide() override {
        if (!this->call_.key) {
            this->outcome_ = decide_(this->publish_);
            return;
        }
        auto known = file_.find(*this->call_.key);
        if (!known) {
            this->outcome_ = known.error();
        } else if (*known) {
            this->first_ = std::move(*known);
        } else {
            decide_first();
        }
    }

  private:
    void decide_first() {
        file_.begin_call();
        this->outcome_ = decide_(this->publish_);
        auto answer = this->call_.answer(this->outcome_);
        if (answer && answer->bytes() > max_answer_bytes) {
            file_.undo_call();
            this->publish_ = nullptr;
            this->outcome_ = errc::answer_too_long;
            return;
        }
        if (answer) {
            file_.keep(*this->call_.key, *answer, this->about_);
            this->kept_ = std::make_shared<kept_answer const>(std::move(*answer));
        }
        file_.end_call();
    }

    decider<T> decide_;
    sqlite_answers& file_;
};

} // namespace sluice::gateway::tables
