#include "gateway/delivery/http_transport.hpp"

#include "gateway/client/pool.hpp"
#include "gateway/client/rate_limit_hint.hpp"
#include "gateway/client/retry_after.hpp"
#include "gateway/delivery/batch_delivery.hpp"
#include "gateway/delivery/decoded_answer.hpp"
#include "gateway/plan/message.hpp"

#include <algorithm>

namespace sluice::gateway::delivery {

namespace {

using queue::cause;
using queue::verdict;

constexpr std::size_t most_plain_lines = 2048; // bytes; more are not worth their memory

// Standard Webhooks: anything but 2xx is tried again, unless the receiver is gone for good.
verdict judge_report(int status) {
    if (status >= 200 && status < 300) return verdict::delivered;
    return status == 410 ? verdict::final_failure : verdict::retry;
}

std::string_view kept_part(std::string_view body) {
    return body.substr(0, queue::kept_response);
}

// It costs no attempt, but the receiver may have seen the request twice.
void add_resending(std::string& detail) {
    if (!detail.empty()) detail += "; ";
    detail += "sent twice: the kept connection had closed";
}

} // namespace

struct http_transport::flight final : client::token_user {
    void on_token() override { owner->send_with_token(*this); }
    void on_no_token(client::failure const& why) override { owner->on_failure(request, why); }

    http_transport* owner = nullptr;
    client::outbound_request request;
    queue::attempt what;
    queue::outcome_sink* sink = nullptr;
    std::shared_ptr<destination_plan const> plan;
    std::shared_ptr<client::pool> connections;
    written_request written;
    std::shared_ptr<client::token_source> tokens;
    std::size_t own_lines = 0;            // bytes of the header lines, without the token's
    std::uint64_t token = 0;              // the number of the one that was sent
    bool has_new_token = false;           // because the first one was refused
    std::vector<client::webhook_key> key; // of a report that brings its own
};

http_transport::http_transport(boost::asio::io_context& io, client::resolver& names,
                               queue::clock const& time, client::client_options const& limits)
    : client_(io, names, limits)
    , clock_(time) {}

// What is under way ends here, unreported: whoever waited for it is gone.
http_transport::~http_transport() {
    is_ending_ = true;
    client_.stop();
}

void http_transport::use(std::shared_ptr<plan_table const> plans) {
    for (auto& old : lines_) {
        if (old.connections) client_.close(*old.connections);
        if (old.tokens) old.tokens->close();
    }
    lines_.clear();
    reports_.clear();
    plans_ = std::move(plans);
    for (auto const& plan : *plans_) {
        auto& added = lines_.emplace_back();
        if (!plan) continue;
        added.plan = plan;
        if (plan->endpoint) added.connections = client_.open(plan->endpoint);
        if (plan->token) {
            added.tokens = std::make_shared<client::token_source>(client_, plan->token);
        }
    }
}

void http_transport::stop() {
    client_.stop();
}

http_transport::flight& http_transport::take_flight() {
    if (unused_.empty()) {
        auto& made = flights_.emplace_back();
        made.owner = this;
        return made;
    }
    auto* const taken = unused_.back();
    unused_.pop_back();
    return *taken;
}

void http_transport::send(queue::attempt&& a, queue::outcome_sink& sink) {
    auto const lane = static_cast<std::size_t>(a.lane);
    auto& f = take_flight();
    f.what = std::move(a);
    f.sink = &sink;
    if (lane >= lines_.size() || !lines_[lane].plan) {
        queue::outcome unknown; // the configuration has just lost it: the lane will hold the task
        unknown.cause = cause::stopped;
        return finish(f, std::move(unknown));
    }
    f.plan = lines_[lane].plan;
    f.connections = lines_[lane].connections;
    f.tokens = lines_[lane].tokens;
    f.has_new_token = false;
    if (f.plan->reports && !route_report(f)) return;
    if (auto wrong = prepare(f); !wrong.empty()) {
        queue::outcome unfit;
        unfit.verdict = verdict::final_failure;
        unfit.cause = cause::render;
        unfit.detail = "the message cannot be sent: " + wrong;
        return finish(f, std::move(unfit));
    }
    f.request.to = f.connections.get();
    f.request.owner = this;
    f.request.account = f.what.account;
    f.request.emplace_state<flight*>(&f);
    launch(f);
}

void http_transport::launch(flight& f) {
    if (!f.tokens) return client_.start(f.request);
    if (f.tokens->line().empty()) return f.tokens->wait(f);
    send_with_token(f);
}

void http_transport::send_with_token(flight& f) {
    auto const credentials = f.tokens->line();
    if (credentials.empty()) {
        return f.on_no_token({cause::connect, "token endpoint: the token has ended"});
    }
    auto& lines = f.written.header_lines;
    lines.resize(f.own_lines);
    lines += credentials;
    f.token = f.tokens->number();
    f.request.header_lines = lines;
    client_.start(f.request);
}

bool http_transport::route_report(flight& f) {
    plan::message_view const m(f.what.payload.view());
    auto const& policy = *f.plan->reports;
    auto found = reports_.find(f.what.lane, policy, m.url().empty() ? policy.url : m.url());
    f.key.clear();
    if (!m.secret().empty()) {
        auto own = client::webhook_key::parse(m.secret());
        if (own) f.key.push_back(std::move(*own));
    }
    if (found) {
        f.connections = std::move(found->connections);
        f.written.target = std::move(found->target);
        return true;
    }
    queue::outcome nowhere;
    nowhere.verdict = verdict::final_failure;
    nowhere.cause = cause::render;
    nowhere.detail = "the callback's URL cannot be called: " + found.error().message();
    finish(f, std::move(nowhere));
    return false;
}

std::string http_transport::prepare(flight& f) {
    std::span<client::webhook_key const> keys = f.plan->keys;
    if (f.plan->reports && !f.key.empty()) keys = f.key;
    auto& made = f.written;
    auto& known = lines_[static_cast<std::size_t>(f.what.lane)].known;
    auto wrong = write_request(
        made, {f.what, f.connections->where(), keys, f.plan->reports.has_value(), clock_, &known});
    if (!wrong.empty()) return wrong;
    f.request.method = made.method;
    f.request.target = made.target;
    f.request.body = made.body;
    f.request.header_lines = made.header_lines;
    f.request.has_own_agent = made.has_own_agent;
    f.own_lines = made.header_lines.size();
    return {};
}

void http_transport::on_answer(client::outbound_request& done,
                               client::inbound_response const& answer) {
    auto& f = *done.state<flight*>();
    // A token may be withdrawn before its time: another one is fetched once, at no cost.
    if (answer.status == 401 && f.tokens && !f.has_new_token && !is_ending_) {
        f.has_new_token = true;
        f.tokens->refuse(f.token);
        return launch(f);
    }
    finish(f, judge(f, answer));
}

// How long the destination wants to be left alone: by Retry-After where it has too much, else by
// its RateLimit fields, which also a good answer may have: then when nothing remains.
std::optional<std::chrono::milliseconds>
http_transport::pause_asked_for(flight const& f, client::inbound_response const& answer) {
    auto const lane = static_cast<std::size_t>(f.what.lane);
    auto* const plain = lane < lines_.size() ? &lines_[lane].plain_lines : nullptr;
    bool const has_too_much = answer.status == 429 || answer.status == 503;
    if (!has_too_much && plain && *plain == answer.header_lines) return std::nullopt;
    auto const now = clock_.wall();
    if (has_too_much) {
        if (auto const wait = client::parse_retry_after(answer.retry_after, now)) return wait;
    }
    auto const hint = client::read_rate_limit(answer.header_lines, now);
    bool const counts = has_too_much || hint.is_used_up();
    bool const is_short = answer.header_lines.size() <= most_plain_lines;
    if (!counts && plain && is_short) *plain = answer.header_lines;
    if (!counts || !hint.reset || hint.reset->count() == 0) return std::nullopt;
    return hint.reset;
}

queue::outcome http_transport::judge(flight const& f, client::inbound_response const& answer) {
    decoded_answer const read(answer, f.plan->inflated);
    auto const& given = read.given();
    queue::outcome out;
    out.status = answer.status;
    out.duration = answer.duration;
    if (auto const wait = pause_asked_for(f, answer)) {
        out.retry_after = std::min(*wait, f.plan->max_retry_after);
    }
    if (f.what.is_watched) {
        read.show_whole(out);
    } else {
        out.response = kept_part(given.body());
    }
    out.is_response_cut = answer.is_truncated;
    bool const is_batch = !f.what.companions.empty();
    judge_by_rules(out, f, given);
    if (out.verdict != verdict::delivered && out.detail.empty()) {
        out.detail = f.plan->rules.describe(given);
        if (answer.is_truncated) out.detail += " with more than response_limit allows";
    }
    if (answer.was_resent) add_resending(out.detail);
    if (is_batch && out.verdict == verdict::delivered) {
        out.calls = judge_calls(f.plan->rules, given, f.what, out);
    }
    return out;
}

void http_transport::judge_by_rules(queue::outcome& out, flight const& f,
                                    codecs::answer const& given) const {
    if (f.plan->widget) {
        auto judged = f.plan->widget->judge(given, out.is_response_cut, out.duration);
        out.verdict = judged.verdict;
        out.result = std::move(judged.result);
        out.detail = std::move(judged.reason);
    } else if (f.plan->reports) {
        out.verdict = judge_report(given.status());
        // The lane leads to many receivers: what one of them asks for must not hold the others.
        out.waits_alone = true;
    } else {
        // A partial answer that tells nothing of its calls says nothing: it is asked again.
        bool const is_partial = !f.what.companions.empty() && f.plan->rules.is_partial(given) &&
                                !answer_rules::details_of(given).empty();
        out.verdict = is_partial ? verdict::delivered : f.plan->rules.judge(given);
        out.disables_lane = given.status() == 410;
        // Also of what is tried again: it may have been the last attempt. A batch that is tried
        // again says nothing of any one call.
        bool const is_one = f.what.companions.empty() || out.verdict != verdict::retry;
        auto const id = queue::task_id_text(f.what.id);
        if (is_one) out.result = f.plan->rules.map_result(given, id.view());
    }
}

void http_transport::on_failure(client::outbound_request& done, client::failure const& why) {
    queue::outcome out;
    out.cause = why.cause;
    out.duration = why.duration;
    out.detail = why.detail;
    if (why.was_resent) add_resending(out.detail);
    auto& f = *done.state<flight*>();
    out.verdict = f.plan->rules.judge(why.cause);
    finish(f, std::move(out));
}

void http_transport::finish(flight& f, queue::outcome&& result) {
    if (is_ending_) return;
    bool const is_attempt = result.cause != cause::stopped;
    if (is_attempt && f.written.is_once && result.verdict == verdict::retry) {
        result.verdict = verdict::final_failure;
    }
    if (is_attempt && f.plan && f.plan->widget && result.result.empty()) {
        result.result = plan::unanswered_widget(result.detail, result.duration);
    }
    f.written.is_once = false;
    auto what = std::move(f.what);
    auto* const sink = f.sink;
    f.plan.reset();
    f.connections.reset();
    f.tokens.reset();
    unused_.push_back(&f);
    sink->on_outcome(std::move(what), std::move(result));
}

} // namespace sluice::gateway::delivery
