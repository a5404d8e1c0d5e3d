// Which Idempotency-Keys calls carry that are not answered yet. A key belongs to the request that
// came first until that is answered: another request with it is refused meanwhile, whatever it
// would do and on whatever thread it is, because the queue and the tables do not see each other's
// calls. The same request may come twice at once; whoever carries it out knows it again.
#pragma once

#include "gateway/server/exchange.hpp"
#include "gateway/tables/keyed_call.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>

namespace sluice::gateway::intake {

// Of all threads; any thread. One lock, taken by calls with a key only.
class key_registry {
  public:
    // False: another request has the key.
    bool enter(tables::call_key const& call);
    void leave(tables::call_hash const& key, bool was_waiting);
    // One of the calls with this key begins or ceases to wait for the end of its task.
    void set_waiting(tables::call_hash const& key, bool is_waiting);
    // Whether any does.
    bool has_waiting(tables::call_hash const& key) const;

  private:
    struct entry {
        tables::call_hash request{};
        std::uint32_t calls = 0;
        std::uint32_t waiting = 0;
    };
    struct hash {
        std::size_t operator()(tables::call_hash const& key) const noexcept {
            std::size_t value = 0; // keys are hashes
            std::memcpy(&value, key.data(), sizeof value);
            return value;
        }
    };

    mutable std::mutex mutex_;
    boost::unordered_flat_map<tables::call_hash, entry, hash> entries_;
};

// The calls of one I/O thread. Used on that thread only.
class key_claims {
  public:
    explicit key_claims(key_registry& all)
        : all_(all) {}

    // Holds until the exchange is answered. False: another request has the key.
    bool take(server::exchange const& on, tables::call_key const& call);
    // The call waits for the end of its task from now on, or no longer does. Without a claim:
    // nothing.
    void set_waiting(server::exchange const& on, bool is_waiting);
    // Whether the first call with this key is still waiting, and so unanswered.
    bool has_waiting(tables::call_hash const& key) const { return all_.has_waiting(key); }
    // The exchange was answered.
    void give_back(server::exchange const& on);

  private:
    struct claim {
        tables::call_hash key{};
        bool is_waiting = false;
    };

    key_registry& all_;
    boost::unordered_flat_map<server::exchange const*, claim> claims_;
};

} // namespace sluice::gateway::intake
