#include "gateway/endpoints/keyed_calls.hpp"

#include "gateway/call/callback_request.hpp"
#include "gateway/call/preference.hpp"
#include "gateway/call/reply_as.hpp"
#include "gateway/endpoints/keyed_batch.hpp"
#include "gateway/endpoints/unkeyed_batch.hpp"
#include "gateway/http/text.hpp"
#include "queue/core/error.hpp"

#include <array>
#include <memory>
#include <utility>

namespace sluice::gateway::endpoints {

namespace {

constexpr auto as_json = codecs::media_kind::json;

// What of a call its tasks and its answer depend on, beside target and body.
constexpr std::array<std::string_view, 6> forwarded_headers{
    "Content-Type", "Accept", "Accept-Encoding", "Idempotency-Key", "Prefer", call::callback_header,
};

} // namespace

call::refusal refusal_of(call::home_answer const& got) {
    if (got.is_moved()) return call::refused_by(queue::errc::not_home);
    if (got.may_have_arrived) return call::refused_by(queue::errc::outcome_unknown);
    return {.status = 503,
            .detail = "The gateway that takes the tasks of this order key cannot be reached.",
            .retry_after = std::chrono::seconds(1)};
}

std::string durability_line(call::home_answer const& got) {
    auto const at = got.header_lines.find("Sluice-Durability:");
    if (got.status != 202 || at == got.header_lines.npos) return {};
    auto const end = got.header_lines.find("\r\n", at);
    return std::string(got.header_lines.substr(at, end + 2 - at));
}

void reply_to_batch(server::exchange& on, codecs::media_kind format, batch_homes const& batch,
                    std::string_view durability) {
    auto const text = batch.text();
    unsigned const status = batch.taken() > 0 ? 202 : 422;
    if (format != as_json) return call::reply_as(on, format, status, text);
    on.reply(status, "application/json", text, durability);
}

std::string const* keyed_calls::key_of(intake::task_list const& tasks) const {
    auto const* const extras = tasks.front().extras.get();
    bool const is_keyed = with_.homes && extras && !extras->order_key.empty();
    return is_keyed ? &extras->order_key : nullptr;
}

call::checked<std::optional<call::order_home>>
keyed_calls::home_of(intake::task_list const& tasks) const {
    auto const* const key = key_of(tasks);
    if (key == nullptr) return std::optional<call::order_home>();
    auto const home = with_.homes->find(queue::order_slot_of(*key));
    if (!home) return call::refused_by(queue::errc::not_home);
    if (home->is_here) return std::optional<call::order_home>();
    return std::optional(*home);
}

void keyed_calls::tell_apart(queue::idempotency& key, server::request const& req) {
    auto const whole = req.header(call::whole_call_header);
    if (whole.empty()) return;
    std::string_view const part{reinterpret_cast<char const*>(key.body.data()), key.body.size()};
    key.body = call::hash_of({part, whole});
}

bool keyed_calls::look_again(keyed_call const& call, again_handler again) {
    if (call.tries >= most_tries) return false;
    with_.homes->look_again(std::move(again));
    return true;
}

call::home_question keyed_calls::question(keyed_call const& call, std::uint32_t log) const {
    auto const& req = call.on.req;
    call::home_question what;
    what.log = log;
    what.account = call.account;
    what.body = req.body;
    for (auto const& field : req.headers) {
        for (auto const name : forwarded_headers) {
            if (!http::equal_ignoring_case(field.name, name)) continue;
            what.header_lines.append(name).append(": ").append(field.value) += "\r\n";
        }
    }
    what.wait = choose_wait(call::preferences_of(req), with_.current->settings().limit.wait).limit;
    return what;
}

void keyed_calls::send(keyed_call const& call, call::home_question what, again_handler again) {
    if (what.wait.count() > 0) call.on.slow();
    auto const is_last = call.tries >= most_tries;
    auto then = [this, &on = call.on, format = call.format, is_last,
                 again = std::move(again)](call::home_answer const& got) {
        if (got.is_moved() && !is_last) return with_.homes->look_again(again);
        if (got.status == 0 || got.is_moved()) return call::refuse(on, format, refusal_of(got));
        on.reply(got.status, got.content_type, got.body, got.header_lines);
    };
    with_.homes->ask_home(call.on.req.target, std::move(what), std::move(then));
}

void keyed_calls::forward(keyed_call const& call, call::order_home const& to, again_handler again) {
    auto what = question(call, to.log);
    what.slots.push_back(to.what);
    send(call, std::move(what), std::move(again));
}

call::checked<keyed_calls::batch_is> keyed_calls::forward(keyed_call const& call,
                                                          batch_homes&& homes, bool has_key,
                                                          again_handler again) {
    if (auto by_slot = homes.by_slot(); has_key && by_slot.size() > 1) {
        std::make_shared<keyed_batch>(*with_.homes, call, std::move(homes), std::move(by_slot))
            ->start();
        return batch_is::forwarded;
    }
    auto parts = homes.split([this](std::uint16_t slot) { return with_.homes->find(slot); },
                             with_.homes->own_log());
    if (!parts) {
        if (look_again(call, std::move(again))) return batch_is::forwarded;
        return call::refused_by(queue::errc::not_home);
    }
    if (parts->size() == 1) {
        auto const& [log, part] = *parts->begin();
        if (part.is_here) return batch_is::here;
        auto what = question(call, log);
        what.slots = part.slots;
        send(call, std::move(what), std::move(again));
        return batch_is::forwarded;
    }
    std::make_shared<unkeyed_batch>(*with_.homes, call, std::move(homes))->start(std::move(*parts));
    return batch_is::forwarded;
}

} // namespace sluice::gateway::endpoints
