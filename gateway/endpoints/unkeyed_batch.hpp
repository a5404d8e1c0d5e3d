// A batch without an Idempotency-Key whose tasks have order keys of several homes: each home is
// asked for its part, and the answer is one. Of a part that meets a slot on the move nothing was
// taken: it is asked for again where its slots are by then, perhaps at several homes. Every other
// part is asked for once, because nothing tells its repeat from another call. Keeps itself alive
// until the call is answered; used on one I/O thread.
#pragma once

#include "gateway/endpoints/batch_homes.hpp"
#include "gateway/endpoints/keyed_calls.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace sluice::gateway::endpoints {

class unkeyed_batch : public std::enable_shared_from_this<unkeyed_batch> {
  public:
    // `homes`: of this thread, and outlives it.
    unkeyed_batch(call::order_homes& homes, keyed_calls::keyed_call const& call,
                  batch_homes&& batch);

    // `parts`: what `batch` was split into. Answers in the end, with the results of all entries, or
    // with why nothing was taken.
    void start(batch_homes::home_parts&& parts);

  private:
    // What one question is about, and how often its tasks were asked for before.
    struct part_state {
        batch_homes::part what;
        unsigned tries = 0;
    };

    void send_all(batch_homes::home_parts&& parts, unsigned tries);
    void send(std::uint32_t log, part_state&& part);
    void send_again(part_state&& part);
    void take(part_state&& part, call::home_answer const& got);
    void refuse(part_state const& part, call::refusal const& why);
    void end();

    call::order_homes& homes_;
    keyed_calls::keyed_call const call_;
    batch_homes batch_;
    std::size_t open_ = 0;
    std::string durability_;               // a header line
    std::optional<call::refusal> refused_; // the first part that was
};

} // namespace sluice::gateway::endpoints
