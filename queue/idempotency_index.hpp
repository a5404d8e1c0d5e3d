// What was answered to requests that carried an Idempotency-Key, for as long as the newest `limit`
// keys and `lifetime` allow, whichever ends first. Keys are hashes. Owned by the engine.
#pragma once

#include "queue/task.hpp"
#include "queue/time.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>

namespace sluice::queue {

class idempotency_index {
  public:
    using key = std::array<std::uint8_t, 16>;

    idempotency_index(std::uint64_t limit, std::chrono::milliseconds lifetime);

    enum class standing : std::uint8_t {
        unknown,     // free to use
        in_progress, // the first request is still unanswered
        answered,    // the same request was answered
        conflict     // the key was used with another request
    };
    standing look(idempotency const& request, wall_time now);

    // The first request with this key begins. Precondition: `look` said unknown.
    void begin(idempotency const& request);
    // It came to nothing: the key is free again. Ignores a key that is not in progress.
    void abandon(key const& k);
    // It was accepted, or was accepted before a restart. A key that is answered already keeps its
    // first answer.
    void answer(idempotency const& request, wall_time accepted_at);
    // Null where the key is unknown or in progress. Lives until the next change.
    idempotency const* find(key const& k) const;

    // Ends the start-up, which brings keys in no order and more than the limit: from now on the
    // oldest leave first.
    void end_load();
    std::uint64_t size() const { return keys_.size(); }

  private:
    struct entry {
        idempotency request;
        wall_time accepted_at{};
        bool is_answered = false;
    };
    struct hash {
        using is_avalanching = void;
        std::size_t operator()(key const& k) const noexcept {
            std::uint64_t value; // keys are hashes
            std::memcpy(&value, k.data(), sizeof value);
            return value;
        }
    };
    struct age {
        wall_time accepted_at;
        key k;
    };
    void forget_old(wall_time now);
    void trim();

    std::uint64_t limit_;
    std::chrono::milliseconds lifetime_;
    boost::unordered_flat_map<key, std::unique_ptr<entry>, hash> keys_;
    std::deque<age> ages_; // one for each answered key, oldest first
    bool is_loading_ = true;
};

} // namespace sluice::queue
