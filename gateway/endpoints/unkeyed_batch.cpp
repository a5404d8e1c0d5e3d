#include "gateway/endpoints/unkeyed_batch.hpp"

#include "gateway/call/callback_request.hpp"
#include "gateway/call/reply_as.hpp"
#include "gateway/endpoints/batch_body.hpp"
#include "queue/core/error.hpp"

#include <utility>

namespace sluice::gateway::endpoints {

unkeyed_batch::unkeyed_batch(call::order_homes& homes, keyed_calls::keyed_call const& call,
                             batch_homes&& batch)
    : homes_(homes)
    , call_(call)
    , batch_(std::move(batch)) {}

void unkeyed_batch::start(batch_homes::home_parts&& parts) {
    ++open_; // a part may end before the next is on its way
    send_all(std::move(parts), 0);
    end();
}

void unkeyed_batch::send_all(batch_homes::home_parts&& parts, unsigned tries) {
    open_ += parts.size();
    for (auto& [log, part] : parts)
        send(log, {std::move(part), tries});
}

void unkeyed_batch::send(std::uint32_t log, part_state&& part) {
    auto const body = batch_.body_of(part.what);
    call::home_question what;
    what.log = log;
    what.account = call_.account;
    what.body = body;
    what.slots = part.what.slots;
    what.header_lines = "Content-Type: application/json\r\nAccept: application/json\r\n";
    if (auto const url = call_.on.req.header(call::callback_header); !url.empty())
        what.header_lines.append(call::callback_header).append(": ").append(url) += "\r\n";
    homes_.ask_home(call_.on.req.target, std::move(what),
                    [self = shared_from_this(), part = std::move(part)](auto const& got) mutable {
                        self->take(std::move(part), got);
                    });
}

void unkeyed_batch::send_again(part_state&& part) {
    if (part.tries++ == keyed_calls::most_tries) {
        refuse(part, call::refused_by(queue::errc::not_home));
        return end();
    }
    homes_.look_again([self = shared_from_this(), part = std::move(part)]() mutable {
        auto& homes = self->homes_;
        auto parts = self->batch_.split(
            part.what, [&homes](std::uint16_t slot) { return homes.find(slot); }, homes.own_log());
        if (!parts) return self->send_again(std::move(part));
        self->send_all(std::move(*parts), part.tries);
        self->end();
    });
}

void unkeyed_batch::take(part_state&& part, call::home_answer const& got) {
    if (got.is_moved()) return send_again(std::move(part));
    if (batch_.take(part.what, got)) {
        if (durability_.empty()) durability_ = durability_line(got);
        return end();
    }
    auto why = refusal_of(got);
    if (got.status != 0) {
        why = {.status = static_cast<int>(got.status),
               .detail = "The home of the order key did not take it."};
    }
    refuse(part, why);
    end();
}

void unkeyed_batch::refuse(part_state const& part, call::refusal const& why) {
    batch_.refuse(part.what, batch_results().add_refused(why));
    if (!refused_) refused_ = why;
}

void unkeyed_batch::end() {
    if (--open_ > 0) return;
    if (batch_.taken() == 0 && refused_) return call::refuse(call_.on, call_.format, *refused_);
    reply_to_batch(call_.on, call_.format, batch_, durability_);
}

} // namespace sluice::gateway::endpoints
