// What was answered to requests that are known again by a key: the Idempotency-Keys of callers, or
// keys made of calls' contents, one index for each. A key is kept for its lifetime or while it is
// among the newest `limit`, whichever ends first: past the limit the oldest goes, however long it
// would have lived. Keys are hashes. Owned by the engine, on its thread.
#pragma once

#include "queue/core/task.hpp"
#include "queue/core/time.hpp"

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

    // `lifetime` is that of keys which name none of their own.
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
    // first answer for as long as that lives.
    void answer(idempotency const& request, wall_time accepted_at);
    // Null where the key is unknown or in progress. Lives until the next change.
    idempotency const* find(key const& k) const;

    // Ends the start-up, which brings keys in no order and more than the limit.
    void end_load(wall_time now);
    std::uint64_t size() const { return keys_.size(); }

  private:
    struct entry {
        idempotency request;
        wall_time ends_at{};
        std::uint64_t turn = 0; // 0: not answered yet
    };
    struct hash {
        using is_avalanching = void;
        std::size_t operator()(key const& k) const noexcept {
            std::uint64_t value; // keys are hashes
            std::memcpy(&value, k.data(), sizeof value);
            return value;
        }
    };
    struct place {
        wall_time since;    // accepted
        std::uint64_t turn; // among those of one moment the first is the oldest
        key k;
    };
    struct is_younger {
        bool operator()(place const& a, place const& b) const noexcept {
            return a.since != b.since ? a.since > b.since : a.turn > b.turn;
        }
    };
    // The answered keys that live equally long: their oldest is also the next to end. A place
    // whose key was answered anew since is recognised by its turn.
    struct line {
        std::chrono::milliseconds lifetime;
        std::priority_queue<place, std::vector<place>, is_younger> places; // the oldest on top
    };
    line& line_of(std::chrono::milliseconds lifetime);
    void forget_old(wall_time now);
    void trim();
    void forget_oldest(line& of);

    std::uint64_t limit_;
    std::chrono::milliseconds lifetime_;
    boost::unordered_flat_map<key, std::unique_ptr<entry>, hash> keys_;
    std::vector<line> lines_; // as many as there are lifetimes: a handful
    std::uint64_t answered_ = 0;
    std::uint64_t turns_ = 0;
    bool is_loading_ = true;
};

} // namespace sluice::queue
