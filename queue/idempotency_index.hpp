// What was answered to requests that carried an Idempotency-Key or whose content is a key, for as
// long as `limit` keys and their lifetimes allow, whichever ends first: past the limit the key goes
// that would end soonest. Keys are hashes. Owned by the engine.
#pragma once

#include "queue/task.hpp"
#include "queue/time.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <queue>
#include <vector>

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

    // Ends the start-up, which brings keys in no order and more than the limit.
    void end_load();
    std::uint64_t size() const { return keys_.size(); }

  private:
    struct entry {
        idempotency request;
        wall_time ends_at{};
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
    struct end {
        wall_time at;
        std::uint64_t turn; // among those that end together the first goes first
        key k;
    };
    struct is_later {
        bool operator()(end const& a, end const& b) const noexcept {
            return a.at != b.at ? a.at > b.at : a.turn > b.turn;
        }
    };
    void forget_old(wall_time now);
    void trim();
    void forget_next();

    std::uint64_t limit_;
    std::chrono::milliseconds lifetime_;
    boost::unordered_flat_map<key, std::unique_ptr<entry>, hash> keys_;
    // One for each answered key, the next on top.
    std::priority_queue<end, std::vector<end>, is_later> ends_;
    std::uint64_t turns_ = 0;
    bool is_loading_ = true;
};

} // namespace sluice::queue
