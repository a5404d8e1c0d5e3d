#include "gateway/delivery/http_transport.hpp"

#include "gateway/api/times.hpp"
#include "gateway/client/header_safety.hpp"
#include "gateway/client/pool.hpp"
#include "gateway/client/rate_limit_hint.hpp"
#include "gateway/client/retry_after.hpp"
#include "gateway/message.hpp"
#include "gateway/server/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::delivery {

namespace {

using queue::cause;
using queue::verdict;

// "/crm?x=1" and "/orders?y=2" become "/crm/orders?x=1&y=2" (CONTRACT "Doors").
void join_targets(std::string& out, std::string_view base, std::string_view rest) {
    auto const base_query = base.find('?');
    auto const rest_query = rest.find('?');
    auto path = base.substr(0, base_query);
    auto const rest_path = rest.substr(0, rest_query);
    if (path.ends_with('/') && rest_path.starts_with('/')) path.remove_suffix(1);
    out.assign(path);
    out += rest_path;
    if (base_query != base.npos) out += base.substr(base_query);
    if (rest_query != rest.npos) {
        out += base_query != base.npos ? '&' : '?';
        out += rest.substr(rest_query + 1);
    }
}

// Standard Webhooks: anything but 2xx is tried again, unless the receiver is gone for good.
verdict judge_report(int status) {
    if (status >= 200 && status < 300) return verdict::delivered;
    return status == 410 ? verdict::final_failure : verdict::retry;
}

std::string_view kept_part(std::string_view body) {
    return body.substr(0, queue::kept_response);
}

// How long the destination wants to be left alone: by Retry-After where it has too much, else by
// its RateLimit fields, which also a good answer may have: then when nothing remains.
std::optional<std::chrono::milliseconds> pause_asked_for(client::inbound_response const& answer,
                                                         queue::wall_time now) {
    bool const has_too_much = answer.status == 429 || answer.status == 503;
    if (has_too_much) {
        if (auto const wait = client::parse_retry_after(answer.retry_after, now)) return wait;
    }
    auto const hint = client::read_rate_limit(answer.header_lines, now);
    bool const counts = has_too_much || hint.is_used_up();
    if (!counts || !hint.reset || hint.reset->count() == 0) return std::nullopt;
    return hint.reset;
}

} // namespace

struct http_transport::flight {
    client::outbound_request request;
    queue::attempt what;
    queue::outcome_sink* sink = nullptr;
    std::shared_ptr<destination_plan const> plan;
    std::shared_ptr<client::pool> connections;
    std::string target;
    std::string header_lines;
    std::string body; // only where a time is written into it
    bool is_once = false;                 // the first failure is final
    std::vector<client::webhook_key> key; // of a report that brings its own
};

http_transport::http_transport(boost::asio::io_context& io, client::resolver& names,
                               queue::clock const& time)
    : client_(io, names)
    , clock_(time) {}

http_transport::~http_transport() = default;

void http_transport::use(std::shared_ptr<plan_table const> plans) {
    for (auto& old : lines_) {
        if (old.connections) client_.close(*old.connections);
    }
    lines_.clear();
    reports_.clear();
    plans_ = std::move(plans);
    for (auto const& plan : *plans_) {
        bool const has_endpoint = plan && plan->endpoint;
        lines_.push_back({plan, has_endpoint ? client_.open(plan->endpoint) : nullptr});
    }
}

void http_transport::stop() {
    client_.stop();
}

http_transport::flight& http_transport::take_flight() {
    if (unused_.empty()) return flights_.emplace_back();
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
    if (f.plan->reports && !route_report(f)) return;
    if (!prepare(f)) {
        queue::outcome unfit;
        unfit.verdict = verdict::final_failure;
        unfit.cause = cause::render;
        unfit.detail = "the message cannot be sent: its method, target or a header is not valid";
        return finish(f, std::move(unfit));
    }
    f.request.to = f.connections.get();
    f.request.owner = this;
    f.request.emplace_state<flight*>(&f);
    client_.start(f.request);
}

bool http_transport::route_report(flight& f) {
    message_view const m(f.what.payload.view());
    auto const& policy = *f.plan->reports;
    auto found = reports_.find(f.what.lane, policy, m.url().empty() ? policy.url : m.url());
    f.key.clear();
    if (!m.secret().empty()) {
        auto own = client::webhook_key::parse(m.secret());
        if (own) f.key.push_back(std::move(*own));
    }
    if (found) {
        f.connections = std::move(found->connections);
        f.target = std::move(found->target);
        return true;
    }
    queue::outcome nowhere;
    nowhere.verdict = verdict::final_failure;
    nowhere.cause = cause::render;
    nowhere.detail = "the callback's URL cannot be called: " + found.error().message();
    finish(f, std::move(nowhere));
    return false;
}

bool http_transport::prepare(flight& f) {
    message_view const m(f.what.payload.view());
    if (m.method().empty()) return false;
    auto const& endpoint = f.connections->where();
    f.is_once = m.is_once();
    f.header_lines.clear();
    bool is_valid = true;
    bool is_signed_by_caller = false;
    m.for_each_field([&](std::string_view name, std::string_view value) {
        if (endpoint.fixes_header(name)) return;
        bool const is_signature = server::equal_ignoring_case(name, "webhook-signature");
        is_signed_by_caller = is_signed_by_caller || is_signature;
        is_valid = is_valid && client::append_header_line(f.header_lines, name, value);
    });
    if (!f.plan->reports) f.target.clear();
    if (!m.target().empty()) {
        join_targets(f.target, endpoint.url.target, m.target());
        is_valid = is_valid && client::is_valid_target(f.target);
    }
    if (!is_valid) return false;
    f.request.method = m.method();
    f.request.body = m.body();
    if (auto const at = m.start_time()) {
        f.body.assign(m.body());
        if (*at + api::local_time_length > f.body.size()) return false;
        auto const time = api::local_time(f.what.rendered_at, m.time_zone());
        f.body.replace(*at, api::local_time_length, time);
        f.request.body = f.body;
    }
    write_identity(f, is_signed_by_caller);
    f.request.target = f.target;
    f.request.header_lines = f.header_lines;
    return true;
}

// The id is the same in every attempt: the receiver's key against duplicates. A message that its
// sender signed keeps the sender's three headers.
void http_transport::write_identity(flight& f, bool is_signed_by_caller) {
    queue::task_id_text const id(f.what.id);
    bool const has_own_key = f.plan->reports && !f.key.empty();
    auto const& keys = has_own_key ? f.key : f.plan->keys;
    if (!keys.empty()) {
        auto const now = std::chrono::floor<std::chrono::seconds>(clock_.now().wall);
        client::append_signature_lines(f.header_lines, keys, {id.view(), now, f.request.body});
    } else if (!is_signed_by_caller) {
        client::append_header_line(f.header_lines, "webhook-id", id.view());
    }
}

void http_transport::on_answer(client::outbound_request& done,
                               client::inbound_response const& answer) {
    auto& f = *done.state<flight*>();
    finish(f, judge(f, answer));
}

queue::outcome http_transport::judge(flight const& f,
                                     client::inbound_response const& answer) const {
    codecs::answer const given(answer.status, answer.content_type, answer.body);
    queue::outcome out;
    out.status = answer.status;
    out.duration = answer.duration;
    if (auto const wait = pause_asked_for(answer, clock_.now().wall)) {
        out.retry_after = std::min(*wait, f.plan->max_retry_after);
    }
    out.response = f.what.is_watched ? answer.body : kept_part(answer.body);
    out.is_response_cut = answer.is_truncated;
    if (f.what.is_watched) out.response_type = answer.content_type;
    judge_by_rules(out, f, given);
    if (out.verdict != verdict::delivered && out.detail.empty()) {
        out.detail = fmt::format("answered {}", answer.status);
        if (answer.is_truncated) out.detail += " with more than response_limit allows";
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
        out.retry_after.reset();
    } else {
        out.verdict = f.plan->rules.judge(given);
        out.disables_lane = given.status() == 410;
        if (out.verdict != verdict::retry) {
            out.result = f.plan->rules.map_result(given, queue::task_id_text(f.what.id).view());
        }
    }
}

void http_transport::on_failure(client::outbound_request& done, client::failure const& why) {
    queue::outcome out;
    out.cause = why.cause;
    out.duration = why.duration;
    out.detail = why.detail;
    auto& f = *done.state<flight*>();
    out.verdict = f.plan->rules.judge(why.cause);
    finish(f, std::move(out));
}

void http_transport::finish(flight& f, queue::outcome&& result) {
    bool const is_attempt = result.cause != cause::stopped;
    if (is_attempt && f.is_once && result.verdict == verdict::retry) {
        result.verdict = verdict::final_failure;
    }
    if (is_attempt && f.plan && f.plan->widget && result.result.empty()) {
        result.result = unanswered_widget(result.detail, result.duration);
    }
    f.is_once = false;
    auto what = std::move(f.what);
    auto* const sink = f.sink;
    f.plan.reset();
    f.connections.reset();
    unused_.push_back(&f);
    sink->on_outcome(std::move(what), std::move(result));
}

} // namespace sluice::gateway::delivery
