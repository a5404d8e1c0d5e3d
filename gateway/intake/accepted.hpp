// The 202: what a call that was taken is answered, now or when it is repeated with the same
// Idempotency-Key. Everything in it follows from a few values, which is what the queue keeps with
// the key. Values; rendering appends to the connection's buffers.
#pragma once

#include "codecs/media_type.hpp"
#include "gateway/call/preference.hpp"
#include "gateway/server/exchange.hpp"
#include "queue/core/task_id.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::intake {

enum class accepted_kind : char {
    webhook = 'w', // the outbound API's shape: custom webhooks
    proxied = 'p', // the same shape: /in
    widget = 'g',  // the same shape
    task = 't',    // POST /v1/tasks with one destination
    tasks = 'm',   // POST /v1/tasks with several
    batch = 'b',   // POST /v1/tasks:batch
    outbound = 'o' // the outbound API's own paths
};

struct accepted_call {
    accepted_kind kind = accepted_kind::webhook;
    codecs::media_kind format = codecs::media_kind::json;
    bool is_group = false;       // request_id is a group's
    queue::task_id request_id;   // the task's id, or the group's
    queue::wall_time not_before; // of accepted_kind::task
    bool is_scheduled = false;   // of accepted_kind::task: not_before was ahead
    // tasks: ids of 36 characters in a row; batch: the whole body; outbound: its call-details;
    // widget, proxied: the names of variables that templates asked for and that were not set, each
    // with a space behind it.
    std::string_view rest;
    // How long the call waits for the end of its only task. Unset: as the request prefers.
    std::optional<call::call_wait> wait;
};

// What idempotency::answer holds.
std::string to_kept_answer(accepted_call const& call);
// Nothing when `text` is not one of ours. Views point into `text`.
std::optional<accepted_call> from_kept_answer(std::string_view text);

// A 202 that is written but not given yet: body and header lines stand in the exchange's
// body_scratch, which must be left alone until then.
struct prepared_reply {
    std::size_t body_size = 0;
    bool is_xml = false;
};

// `durability` is what Sluice-Durability says.
prepared_reply prepare_accepted(server::exchange& on, accepted_call const& call,
                                std::string_view durability);
// Location and Sluice-Durability.
void append_accepted_lines(std::string& out, accepted_call const& call,
                           std::string_view durability);
void append_durability_line(std::string& out, std::string_view durability);
// The names of variables that were not set, in accepted_call::rest.
std::vector<std::string_view> unset_names(accepted_call const& call);
void reply_prepared(server::exchange& on, prepared_reply const& ready);

} // namespace sluice::gateway::intake
