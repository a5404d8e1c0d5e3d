// The newest calls that carried an Idempotency-Key, in memory: every key that the file knows, so
// that another call with it is told at once, and the newest answers, because most repetitions come
// soon. An answer that is not here the file has. One lock. Any thread reads; the backend's writing
// thread alone changes.
#pragma once

#include "gateway/tables/keyed_call.hpp"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <list>
#include <shared_mutex>
#include <unordered_map>

namespace sluice::gateway::tables {

class answer_map {
  public:
    // Of the answers alone.
    static constexpr std::uint64_t usual_bytes = 64 * 1024 * 1024;

    explicit answer_map(std::uint64_t max_bytes = usual_bytes)
        : max_bytes_(max_bytes) {}

    // What the key was answered, nullptr where that is not known here. Error: key_conflict.
    result<answer_ptr> find(call_key const& call) const;
    // Whether the key was answered, here or in the file.
    bool has(call_key const& call) const;

    // In the place of an older answer to that key; nullptr: only the file has it.
    void put(call_key const& call, answer_ptr answer);
    void remove(call_hash const& key);

    // How many keys are kept, here and in the file; at least one.
    void limit(std::uint64_t keys);
    std::uint64_t limit() const { return limit_.load(std::memory_order_relaxed); }
    std::uint64_t size() const;

  private:
    struct entry {
        call_key call;
        answer_ptr answer;
    };
    struct hash {
        std::size_t operator()(call_hash const& key) const noexcept {
            std::size_t value = 0; // keys are hashes
            std::memcpy(&value, key.data(), sizeof value);
            return value;
        }
    };
    using entries = std::list<entry>;

    void drop(entries::iterator gone);
    void drop_answer(entries::iterator of);

    std::uint64_t max_bytes_;
    std::atomic<std::uint64_t> limit_{1'000'000};
    mutable std::shared_mutex mutex_;
    entries in_order_;                                 // the oldest first
    entries::iterator first_answer_ = in_order_.end(); // those before it have none
    std::unordered_map<call_hash, entries::iterator, hash> by_key_;
    std::uint64_t bytes_ = 0;
};

// What a call is told that comes with the key of another one, which asked `first`.
result<answer_ptr> repeated(call_hash const& first, answer_ptr answer, call_key const& call);

} // namespace sluice::gateway::tables
