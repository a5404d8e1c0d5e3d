// Calls with an order key whose home is another gateway of the cluster: they are forwarded there
// and nothing of them is written here; a batch with keys of several homes is taken apart. Used on
// one I/O thread; belongs to its endpoints.
#pragma once

#include "gateway/call/order_homes.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/endpoints/batch_homes.hpp"
#include "gateway/intake/context.hpp"
#include "gateway/intake/task_maker.hpp"
#include "gateway/server/exchange.hpp"

#include <functional>
#include <optional>
#include <string>

namespace sluice::gateway::endpoints {

class keyed_calls {
  public:
    explicit keyed_calls(intake::context& with)
        : with_(with) {}

    // Nothing: it is this gateway's, or the tasks have no order key. Refusal: 503, nobody is the
    // home of the key at the moment.
    call::checked<std::optional<call::order_home>> home_of(intake::task_list const& tasks) const;
    // The order key of the tasks of one call, null where they have none or there is no cluster.
    std::string const* key_of(intake::task_list const& tasks) const;

    struct keyed_call {
        server::exchange& on;
        std::string account;
        codecs::media_kind format = codecs::media_kind::json;
        unsigned tries = 0; // homes were asked before
    };
    // Makes the call anew: it was taken by nobody, the slot has moved.
    using again_handler = std::function<void()>;
    // Answers with what the home answers: 503 where it cannot be reached, 500 where it may have
    // taken the tasks and nobody knows.
    void forward(keyed_call const& call, call::order_home const& to, again_handler again);
    enum class batch_is { here, forwarded };
    // `here`, with nothing done: all of the batch is this gateway's. `has_key`: it has an
    // Idempotency-Key (keyed_batch.hpp; without: unkeyed_batch.hpp).
    call::checked<batch_is> forward(keyed_call const& call, batch_homes&& homes, bool has_key,
                                    again_handler again);
    // Looks who is home now, then makes the call anew. False, with nothing done: it was made anew
    // often enough.
    bool look_again(keyed_call const& call, again_handler again);

    // The key of a part of a batch is that of the whole batch: a part of another one is no repeat.
    static void tell_apart(queue::idempotency& key, server::request const& req);

    // How often a call is made anew.
    static constexpr unsigned most_tries = 2;

  private:
    call::home_question question(keyed_call const& call, std::uint32_t log) const;
    void send(keyed_call const& call, call::home_question what, again_handler again);

    intake::context& with_;
};

// Why the home took nothing, as far as is known.
call::refusal refusal_of(call::home_answer const& got);
// "Sluice-Durability: …\r\n" of what a home answered; empty where it said none.
std::string durability_line(call::home_answer const& got);
// 202 where any entry was taken, else 422.
void reply_to_batch(server::exchange& on, codecs::media_kind format, batch_homes const& batch,
                    std::string_view durability);

} // namespace sluice::gateway::endpoints
