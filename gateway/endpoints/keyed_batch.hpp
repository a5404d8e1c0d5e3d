// A batch with an Idempotency-Key whose tasks have order keys of several slots: it is taken apart
// by slot, which says the same of the same batch wherever the slots are by now, and each part has a
// key of its own, made of the batch's and the slot. So a repeat finds what was taken, whoever took
// it, and brings the rest. Keeps itself alive until the call is answered; used on one I/O thread.
//
// The first part goes alone, under the batch's own key: another batch with that key is refused
// there, before anything of it is taken.
#pragma once

#include "gateway/endpoints/batch_homes.hpp"
#include "gateway/endpoints/keyed_calls.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::gateway::endpoints {

class keyed_batch : public std::enable_shared_from_this<keyed_batch> {
  public:
    // `homes`: of this thread, and outlives it. `parts`: of `batch`, two or more.
    keyed_batch(call::order_homes& homes, keyed_calls::keyed_call const& call, batch_homes&& batch,
                std::vector<batch_homes::slot_part>&& parts);

    // Answers in the end: with the results of all entries, or, where a part cannot be taken now,
    // with why not. Then the repeat of the call tells what was taken, and takes the rest.
    void start();

    static constexpr std::size_t at_once = 8; // parts under way, of one call

  private:
    struct part_state {
        batch_homes::slot_part what;
        unsigned tries = 0;
    };
    struct failure {
        unsigned status = 0; // 0: of `why`
        std::string content_type = {}, header_lines = {}, body = {};
        call::refusal why = {};
    };

    void go_on();
    void send(std::size_t n);
    void send_again(std::size_t n);
    call::home_question question(std::size_t n, std::uint32_t log) const;
    void take(std::size_t n, call::home_answer const& got);
    void end(std::optional<failure> failed);
    void answer();

    call::order_homes& homes_;
    keyed_calls::keyed_call const call_;
    batch_homes batch_;
    std::vector<part_state> parts_;
    std::string whole_;      // hash of the call, which its parts are told
    std::string durability_; // a header line
    std::size_t next_ = 0;
    std::size_t open_ = 0;
    bool is_first_taken_ = false;
    bool is_sending_ = false;
    std::optional<failure> failed_; // the first
};

} // namespace sluice::gateway::endpoints
