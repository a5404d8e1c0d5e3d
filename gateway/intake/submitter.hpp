// Hands the tasks of a call to the queue and answers the call when they are safe, or lets it wait
// for the end of its task where it prefers that: the one place where a 202 comes from. Belongs to
// one I/O thread.
#pragma once

#include "gateway/call/refusal.hpp"
#include "gateway/intake/accepted.hpp"
#include "gateway/intake/context.hpp"
#include "gateway/intake/task_maker.hpp"
#include "gateway/tables/keyed_call.hpp"
#include "queue/core/order_slot.hpp"
#include "queue/core/task.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace sluice::gateway::intake {

// The Idempotency-Key of a call as the queue keeps it: hashes over (account, path, key) and over
// the request. Null when the call has none. Refusal: 400 for a key that is empty, longer than 255
// bytes or given twice.
call::checked<std::unique_ptr<queue::idempotency>> read_idempotency_key(server::request const& req,
                                                                        std::string_view account);

using named_slots = std::shared_ptr<std::vector<queue::held_slot> const>;

// Of a call whose tasks have order keys, in a cluster.
struct keyed_route {
    // Of a call that another gateway forwarded: the slots of its keys. Where they are not held here
    // it is answered 421. Null: it is no such call.
    named_slots named = nullptr;
    // Makes a call anew whose slot is not held here after all, when it was looked up who has it;
    // empty: it is refused.
    std::function<void()> again = {};
};

class submitter {
  public:
    explicit submitter(context& with)
        : with_(with) {}

    // Answers `on` in the end, with the 202 that `call` describes or with the refusal. `key` may
    // be null. `label` is the index of the metrics' route label.
    void submit(server::exchange& on, task_list&& tasks, accepted_call const& call,
                std::unique_ptr<queue::idempotency> key, std::uint32_t label,
                keyed_route route = {});

  private:
    struct pending;

    // Gives the call its key until it is answered: what it was told already, nullptr where that is
    // not known. Refusals: 409, 422, the key is another call's.
    call::checked<tables::answer_ptr> claim(server::exchange& on, tables::call_key const& key);
    // Refusal: 422, the call names a callback that cannot be called.
    call::checked<void> ask_for_reports(server::request const& req, task_list& tasks) const;

    context& with_;
    // How to make calls anew that are under way.
    boost::unordered_flat_map<server::exchange const*, std::function<void()>> again_;
};

} // namespace sluice::gateway::intake
