#include "gateway/endpoints/keyed_batch.hpp"

#include "gateway/call/call_hash.hpp"
#include "gateway/call/callback_request.hpp"
#include "gateway/call/reply_as.hpp"
#include "queue/core/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace sluice::gateway::endpoints {

namespace {

std::string hex(call::call_hash const& hash) {
    return fmt::format("{:02x}", fmt::join(hash, ""));
}

} // namespace

keyed_batch::keyed_batch(call::order_homes& homes, keyed_calls::keyed_call const& call,
                         batch_homes&& batch, std::vector<batch_homes::slot_part>&& parts)
    : homes_(homes)
    , call_(call)
    , batch_(std::move(batch)) {
    for (auto& each : parts)
        parts_.push_back({std::move(each)});
    auto const& req = call_.on.req;
    whole_ = hex(call::hash_of({req.target, req.header("Content-Type"), req.body}));
}

void keyed_batch::start() {
    go_on();
}

// A part may end before it is on its way.
void keyed_batch::go_on() {
    if (std::exchange(is_sending_, true)) return;
    while (next_ < parts_.size() && open_ < (is_first_taken_ ? at_once : 1) && !failed_) {
        ++open_;
        send(next_++);
    }
    is_sending_ = false;
    if (open_ == 0) answer();
}

// The home is looked up each time: slots move meanwhile.
void keyed_batch::send(std::size_t n) {
    auto const& part = parts_[n].what;
    call::order_home home{homes_.own_log(), true, {}};
    if (part.slot) {
        auto const found = homes_.find(*part.slot);
        if (!found) return send_again(n);
        home = *found;
    }
    auto const body = batch_.body_of(part.of);
    auto what = question(n, home.log);
    what.body = body;
    if (part.slot) what.slots.push_back(home.what);
    homes_.ask_home(call_.on.req.target, std::move(what),
                    [self = shared_from_this(), n](auto const& got) { self->take(n, got); });
}

void keyed_batch::send_again(std::size_t n) {
    if (parts_[n].tries++ == keyed_calls::most_tries)
        return end(failure{.why = call::refused_by(queue::errc::not_home)});
    homes_.look_again([self = shared_from_this(), n] { self->send(n); });
}

call::home_question keyed_batch::question(std::size_t n, std::uint32_t log) const {
    auto const& req = call_.on.req;
    auto const key = req.header("Idempotency-Key");
    auto const& slot = parts_[n].what.slot;
    auto const of_part =
        hex(call::hash_of({"part", key, slot ? std::to_string(*slot) : std::string()}));
    call::home_question what;
    what.log = log;
    what.account = call_.account;
    what.header_lines = fmt::format(
        "Content-Type: application/json\r\nAccept: application/json\r\nIdempotency-Key: {}\r\n"
        "{}: {}\r\n",
        n == 0 ? key : of_part, call::whole_call_header, whole_);
    if (auto const url = req.header(call::callback_header); !url.empty())
        what.header_lines.append(call::callback_header).append(": ").append(url) += "\r\n";
    return what;
}

void keyed_batch::take(std::size_t n, call::home_answer const& got) {
    if (got.is_moved()) return send_again(n);
    if (got.status == 0) return end(failure{.why = refusal_of(got)});
    if (!batch_.take(parts_[n].what.of, got)) {
        return end(failure{got.status,
                           std::string(got.content_type),
                           std::string(got.header_lines),
                           std::string(got.body),
                           {}});
    }
    is_first_taken_ = true;
    if (durability_.empty()) durability_ = durability_line(got);
    end(std::nullopt);
}

void keyed_batch::end(std::optional<failure> failed) {
    --open_;
    if (failed && !failed_) failed_ = std::move(failed);
    go_on();
}

void keyed_batch::answer() {
    auto& on = call_.on;
    if (failed_) {
        if (failed_->status == 0) return call::refuse(on, call_.format, failed_->why);
        return on.reply(failed_->status, failed_->content_type, failed_->body,
                        failed_->header_lines);
    }
    reply_to_batch(on, call_.format, batch_, durability_);
}

} // namespace sluice::gateway::endpoints
