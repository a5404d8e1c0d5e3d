// A write that is functions: what decides it and who is told; with an Idempotency-Key the answer
// is kept in the same transaction, and a call that comes again decides nothing. Made on the
// caller's thread, decided on the backend's.
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
class sqlite_decision final : public sqlite_write {
  public:
    // The key's place: the file, which is the judge, and the memory in front of it.
    struct key_place {
        sqlite_answers& file;
        answer_map& memory;
    };

    sqlite_decision(inbox& to, decider<T>&& decide, teller<T>&& done, keyed_call<T>&& call,
                    std::optional<answer_subject>&& about, key_place const& in)
        : sqlite_write(to)
        , decide_(std::move(decide))
        , done_(std::move(done))
        , call_(std::move(call))
        , about_(std::move(about))
        , in_(in) {}

    void decide() override {
        if (!call_.key) {
            outcome_ = decide_(publish_);
            return;
        }
        auto known = in_.file.find(*call_.key);
        if (!known) {
            outcome_ = known.error();
        } else if (*known) {
            first_ = std::move(*known);
        } else {
            decide_first();
        }
    }

    void publish() override {
        if (publish_) publish_();
        if (kept_) in_.memory.put(*call_.key, std::move(kept_));
    }

    void answer(boost::system::error_code failure) override {
        if (first_ && !failure) return call_.repeat(*first_);
        done_(failure ? result<T>(failure) : std::move(outcome_));
    }

  private:
    void decide_first() {
        in_.file.begin_call();
        outcome_ = decide_(publish_);
        auto answer = call_.answer(outcome_);
        if (answer && answer->bytes() > max_answer_bytes) {
            in_.file.undo_call();
            publish_ = nullptr;
            outcome_ = errc::answer_too_long;
            return;
        }
        if (answer) {
            in_.file.keep(*call_.key, *answer, about_);
            kept_ = std::make_shared<kept_answer const>(std::move(*answer));
        }
        in_.file.end_call();
    }

    decider<T> decide_;
    teller<T> done_;
    keyed_call<T> call_;
    std::optional<answer_subject> about_;
    key_place in_;
    std::function<void()> publish_;
    result<T> outcome_ = errc::outcome_unknown;
    answer_ptr first_; // the call was answered before
    answer_ptr kept_;  // it is the first
};

} // namespace sluice::gateway::tables
