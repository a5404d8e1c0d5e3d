// What every backend's writer makes of a caller's write: it was decided in a transaction, readers
// see it, the caller is told. How it is decided is the backend's (sqlite_writer, postgres_writer).
#pragma once

#include "gateway/tables/answer_map.hpp"
#include "gateway/tables/inbox.hpp"
#include "gateway/tables/keyed_call.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::gateway::tables {

// Whom an answer tells something about: it goes when what is kept of the person goes.
struct answer_subject {
    std::string account;
    std::string contact;

    friend bool operator==(answer_subject const&, answer_subject const&) = default;
};

// One caller's write. Made on the caller's thread, lives until it was answered there.
class table_write {
  public:
    explicit table_write(inbox& to)
        : to_(to) {}
    virtual ~table_write() = default;
    table_write(table_write const&) = delete;
    table_write& operator=(table_write const&) = delete;

    // After the commit: into memory.
    virtual void publish() = 0;
    // On the caller's thread.
    virtual void answer(boost::system::error_code failure) = 0;

    inbox& to() const { return to_; }
    // True once: whoever gets it answers.
    bool claim() { return !is_claimed_.exchange(true); }
    bool is_claimed() const { return is_claimed_.load(); }

  private:
    inbox& to_;
    std::atomic<bool> is_claimed_ = false;
};

// Tells those that nobody told yet; each inbox gets its answers in one message.
void tell_all(std::vector<std::shared_ptr<table_write>> const& all,
              boost::system::error_code failure);

// The half of a write that is functions which the backends share: who is told what. With an
// Idempotency-Key the answer is kept in the same transaction, and a call that comes again decides
// nothing. `Write` is the backend's table_write.
template <class T, class Write>
class answered_write : public Write {
  public:
    answered_write(inbox& to, teller<T>&& done, keyed_call<T>&& call,
                   std::optional<answer_subject>&& about, answer_map& memory)
        : Write(to)
        , call_(std::move(call))
        , about_(std::move(about))
        , done_(std::move(done))
        , memory_(memory) {}

    void publish() override {
        if (publish_) publish_();
        if (kept_) memory_.put(*call_.key, std::move(kept_));
    }

    void answer(boost::system::error_code failure) override {
        // After a failure what was decided is not looked at: it may be decided anew just now.
        if (!failure && first_) return call_.repeat(*first_);
        done_(failure ? result<T>(failure) : std::move(outcome_));
    }

  protected:
    keyed_call<T> call_;
    std::optional<answer_subject> about_;
    // What deciding leaves; deciding again begins with forgetting it.
    std::function<void()> publish_;
    result<T> outcome_ = errc::outcome_unknown;
    answer_ptr first_; // the call was answered before
    answer_ptr kept_;  // it is the first

  private:
    teller<T> done_;
    answer_map& memory_;
};

} // namespace sluice::gateway::tables
