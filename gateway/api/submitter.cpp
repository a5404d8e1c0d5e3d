#include "gateway/api/submitter.hpp"

#include "gateway/api/call_hash.hpp"
#include "gateway/telemetry/io_metrics.hpp"
#include "gateway/webhooks/outbound_answer.hpp"
#include "queue/error.hpp"

namespace sluice::gateway::api {

namespace {

constexpr std::size_t key_limit = 255; // bytes

} // namespace

checked<std::unique_ptr<queue::idempotency>> read_idempotency_key(server::request const& req,
                                                                  std::string_view account) {
    auto const count = req.count("Idempotency-Key");
    if (count == 0) return std::unique_ptr<queue::idempotency>();
    auto const key = req.header("Idempotency-Key");
    if (count > 1 || key.empty() || key.size() > key_limit) {
        refusal r{.status = 400};
        r.detail = "Idempotency-Key must be given once and have 1 to 255 bytes.";
        return r;
    }
    auto made = std::make_unique<queue::idempotency>();
    made->key = hash_of({account, req.path, key});
    made->body = hash_of({req.method, req.target, req.header("Content-Type"), req.body});
    return made;
}

// Lives in the exchange until the answer; no destructor.
struct submitter::pending final : queue::submit_handler {
    pending(server::exchange& exchange, context& context_, prepared_reply const& ready,
            std::uint32_t label_, std::uint32_t tasks_)
        : on(exchange)
        , with(context_)
        , body_size(ready.body_size)
        , label(label_)
        , tasks(tasks_)
        , is_xml(ready.is_xml)
        , is_outbound(ready.is_outbound) {}

    void on_submitted(queue::submit_result&& result) override {
        if (!result.ec) {
            auto const elapsed = std::chrono::steady_clock::now() - on.req.received;
            with.metrics.on_accepted(label, elapsed, tasks);
            reply_prepared(on, {body_size, is_xml, is_outbound});
        } else if (result.ec == queue::errc::duplicate_key) {
            repeat(result.first_answer);
        } else {
            refuse_call(refused_by_queue(result.ec));
        }
    }

    void refuse_call(refusal const& why) {
        if (is_outbound) return webhooks::refuse_outbound(on, why);
        refuse(on, error_format(on.req), why);
    }

    void repeat(std::string const& kept) {
        if (kept == webhooks::checksum_repeated) {
            return webhooks::refuse_outbound(on, {webhooks::outbound_code::checksum_repeated});
        }
        auto const first = from_kept_answer(kept);
        if (!first) {
            return refuse_call({.status = 500, .detail = "The first answer cannot be read back."});
        }
        reply_prepared(on, prepare_accepted(on, *first, with.durability));
    }

    server::exchange& on;
    context& with;
    std::size_t body_size;
    std::uint32_t label;
    std::uint32_t tasks; // how many the call became
    bool is_xml;
    bool is_outbound; // the call is one of the outbound API's own paths
};

void submitter::submit(server::exchange& on, task_list&& tasks, accepted_call const& call,
                       std::unique_ptr<queue::idempotency> key, std::uint32_t label) {
    if (key) {
        key->answer = to_kept_answer(call);
        extras_of(tasks.front()).idempotency = std::move(key);
    }
    auto* const content = tasks.front().extras ? tasks.front().extras->content.get() : nullptr;
    if (content && content->answer.empty()) content->answer = to_kept_answer(call);
    auto const ready = prepare_accepted(on, call, with_.durability);
    queue::submission all;
    auto const count = static_cast<std::uint32_t>(tasks.size());
    all.tasks = std::move(tasks);
    all.handler = &on.emplace_state<pending>(on, with_, ready, label, count);
    if (!with_.port.submit(std::move(all))) {
        on.state<pending>().refuse_call(refused_by_queue(queue::errc::overloaded));
    }
}

} // namespace sluice::gateway::api
