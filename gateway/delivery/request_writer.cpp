#include "gateway/delivery/request_writer.hpp"

#include "gateway/call/times.hpp"
#include "gateway/client/header_safety.hpp"
#include "gateway/delivery/batch_delivery.hpp"
#include "gateway/http/text.hpp"
#include "gateway/outbound/outbound_batch.hpp"
#include "gateway/plan/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::gateway::delivery {

namespace {

// "/crm?x=1" and "/orders?y=2" become "/crm/orders?x=1&y=2" (docs/openapi.yaml, /in/{route}).
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

// The three headers of Standard Webhooks.
constexpr std::array<std::string_view, 3> identity_fields = {"webhook-id", "webhook-timestamp",
                                                             "webhook-signature"};

// Its place among the three, or 3.
std::size_t identity_place(std::string_view name) {
    bool const may_be = !name.empty() && (name[0] == 'w' || name[0] == 'W');
    if (!may_be) return identity_fields.size();
    auto const* const found = std::ranges::find_if(identity_fields, [name](std::string_view field) {
        return http::equal_ignoring_case(name, field);
    });
    return static_cast<std::size_t>(found - identity_fields.begin());
}

bool is_identity(std::string_view name) {
    return identity_place(name) < identity_fields.size();
}

// Whether its sender gave it all three, each once.
bool is_signed(plan::message_view const& m) {
    std::array<int, identity_fields.size() + 1> count{};
    m.for_each_field(
        [&](std::string_view name, std::string_view) { ++count[identity_place(name)]; });
    return count[0] == 1 && count[1] == 1 && count[2] == 1;
}

// Writes the message's fields. Empty, or why one of them cannot be sent.
std::string write_fields(written_request& out, request_order const& from,
                         plan::message_view const& m, bool keeps_identity) {
    std::string wrong;
    m.for_each_field([&](std::string_view name, std::string_view value) {
        if (from.to.fixes_header(name)) return;
        if (!keeps_identity && is_identity(name)) return;
        out.has_own_agent |= http::equal_ignoring_case(name, "User-Agent");
        if (!wrong.empty() || client::append_header_line(out.header_lines, name, value)) return;
        // A value may be secret, and a name that is none may hold anything.
        wrong = client::is_valid_header_name(name)
                    ? fmt::format("the header {} has a character that no header may have", name)
                    : "a header has a name that is not valid";
    });
    return wrong;
}

// Empty, or why there is none.
std::string write_body(written_request& out, queue::attempt const& what,
                       plan::message_view const& m) {
    out.body = m.body();
    if (!what.companions.empty()) {
        auto joined = join_bodies(what);
        if (!joined) return "its calls cannot be joined";
        out.own_body = std::move(*joined);
        out.body = out.own_body;
    } else if (auto const at = m.start_time()) {
        out.own_body.assign(m.body());
        if (*at + call::local_time_length > out.own_body.size()) {
            return "its start time lies outside";
        }
        auto const time = call::local_time(what.rendered_at, m.time_zone());
        out.own_body.replace(*at, call::local_time_length, time);
        out.body = out.own_body;
    }
    return {};
}

// The id is the same in every attempt: the receiver's key against duplicates.
void write_identity(written_request& out, request_order const& from) {
    auto const& what = from.what;
    queue::task_id_text const own(what.id);
    std::string batch;
    if (!what.companions.empty()) batch = outbound::batch_name(what.batch);
    auto const id = what.companions.empty() ? own.view() : std::string_view(batch);
    if (!from.keys.empty()) {
        auto const now = std::chrono::floor<std::chrono::seconds>(from.time.wall());
        client::append_signature_lines(out.header_lines, from.keys, {id, now, out.body});
    } else {
        using namespace std::string_view_literals;
        out.header_lines.append("webhook-id: "sv).append(id).append("\r\n"sv);
    }
}

// Nothing in it depends on the attempt, nor on keys.
bool goes_as_it_is(request_order const& from, plan::message_view const& m) {
    return from.keys.empty() && !from.is_report && from.what.companions.empty() &&
           !m.start_time() && !m.is_once();
}

} // namespace

bool known_message::write(written_request& out, std::string_view payload) const {
    if (head_.empty() || !payload.starts_with(head_)) return false;
    out.method = payload.substr(0, method_size_);
    out.target = target_;
    out.header_lines = header_lines_;
    out.body = payload.substr(head_.size());
    out.has_own_agent = has_own_agent_;
    out.is_once = false;
    return true;
}

void known_message::remember(written_request const& out, std::string_view payload) {
    head_.clear();
    auto const size = payload.size() - out.body.size();
    if (size > longest_head) return;
    head_ = payload.substr(0, size);
    method_size_ = out.method.size();
    target_ = out.target;
    header_lines_ = out.header_lines;
    has_own_agent_ = out.has_own_agent;
}

std::string write_request(written_request& out, request_order const& from) {
    auto const payload = from.what.payload.view();
    auto* const known = from.known;
    if (known && from.what.companions.empty() && known->write(out, payload)) {
        if (!known->keeps_identity) write_identity(out, from);
        return {};
    }
    plan::message_view const m(payload);
    if (m.method().empty()) return "it has no method";
    out.is_once = m.is_once();
    out.header_lines.clear();
    out.has_own_agent = false;
    // What its sender signed is passed on as he signed it, where the gateway signs nothing itself.
    bool const keeps_identity = from.keys.empty() && is_signed(m);
    if (auto wrong = write_fields(out, from, m, keeps_identity); !wrong.empty()) return wrong;
    if (!from.is_report) out.target.clear();
    if (!m.target().empty()) {
        join_targets(out.target, from.to.url.target, m.target());
        if (!client::is_valid_target(out.target)) return "its path or query is not valid";
    }
    out.method = m.method();
    if (auto wrong = write_body(out, from.what, m); !wrong.empty()) return wrong;
    if (known && goes_as_it_is(from, m)) {
        known->remember(out, payload);
        known->keeps_identity = keeps_identity;
    }
    if (!keeps_identity) write_identity(out, from);
    return {};
}

} // namespace sluice::gateway::delivery
