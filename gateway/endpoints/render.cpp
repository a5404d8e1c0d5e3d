#include "gateway/endpoints/render.hpp"

#include "codecs/form.hpp"
#include "codecs/json.hpp"
#include "codecs/media_type.hpp"
#include "codecs/xml.hpp"
#include "gateway/call/callback_request.hpp"
#include "gateway/call/coded_body.hpp"
#include "gateway/call/fields.hpp"
#include "gateway/client/header_safety.hpp"
#include "gateway/http/text.hpp"
#include "gateway/outbound/create_outbound.hpp"
#include "gateway/outbound/outbound_batch.hpp"
#include "gateway/plan/message.hpp"
#include "gateway/server/target.hpp"
#include "gateway/webhooks/template_variables.hpp"

#include <boost/container/small_vector.hpp>

#include <array>

namespace sluice::gateway::endpoints {

namespace {

using http::equal_ignoring_case;

// Fields that say something about this connection or this gateway, and nothing to a destination.
bool stays_here(std::string_view name, bool hides_authorization) {
    if (equal_ignoring_case(name, "Host") || equal_ignoring_case(name, "Content-Length") ||
        equal_ignoring_case(name, "Expect") || equal_ignoring_case(name, "Prefer") ||
        equal_ignoring_case(name, call::callback_header)) {
        return true;
    }
    return hides_authorization && equal_ignoring_case(name, "Authorization");
}

// Without the prefix that says nothing to a destination.
std::string_view short_name(std::string_view name) {
    constexpr std::string_view prefix = "$flow.key.";
    return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

std::string to_json(codecs::variables const& all) {
    std::string out = "{";
    for (auto const& variable : all) {
        if (out.size() > 1) out += ',';
        codecs::append_json_string(out, short_name(variable.name));
        out += variable.is_list ? ":[" : ":";
        for (auto const& value : variable.values) {
            if (&value != &variable.values.front()) out += ',';
            codecs::append_json_string(out, value);
        }
        if (variable.values.empty() && !variable.is_list) out += "\"\"";
        if (variable.is_list) out += ']';
    }
    out += '}';
    return out;
}

std::string to_xml(codecs::variables const& all) {
    std::string out = "<request>";
    for (auto const& variable : all) {
        for (auto const& value : variable.values) {
            out += "<key name=\"";
            codecs::append_xml_attribute(out, variable.name);
            out += "\">";
            codecs::append_xml_text(out, value);
            out += "</key>";
        }
    }
    out += "</request>";
    return out;
}

queue::shared_bytes encode_body(call::received_request const& received,
                                std::string_view content_type, std::string_view body) {
    std::array<plan::message_field, 1> const fields = {{{"Content-Type", content_type}}};
    plan::message out;
    out.fields = fields;
    out.body = body;
    out.received = &received;
    return encode(out);
}

} // namespace

call_renderer::call_renderer(intake::context const& with, server::request const& req,
                             std::string_view rest, config::account const& account,
                             bool hides_authorization)
    : with_(with)
    , req_(req)
    , rest_(rest)
    , account_(account)
    , hides_authorization_(hides_authorization) {}

call::checked<rendered> call_renderer::render(plan::delivery_target const& to) {
    auto const format = to.destination->format;
    if (format == config::message_format::outbound) return render_outbound();
    if (format == config::message_format::from_template) return render_template(to);
    auto const all = variables();
    if (!all) return all.error();
    if (format == config::message_format::json) {
        return rendered{encode_body(received(), "application/json", to_json(**all))};
    }
    return rendered{encode_body(received(), "application/xml", to_xml(**all))};
}

// The body once for each call, however many messages are made of it.
call::received_request call_renderer::received() {
    auto const body =
        std::exchange(is_received_kept_, true) ? std::nullopt : std::optional(req_.body);
    return call::received_of(req_, body, with_.current->settings().limit.received_bytes);
}

void call_renderer::raw_head(std::string& head) const {
    auto const connection = req_.header("Connection");
    boost::container::small_vector<plan::message_field, 32> fields;
    for (auto const& [name, value] : req_.headers) {
        if (stays_here(name, hides_authorization_) || client::is_hop_by_hop(name, connection)) {
            continue;
        }
        fields.push_back({name, value});
    }
    std::string joined;
    std::string_view target = rest_;
    if (!req_.query.empty()) {
        joined.reserve(rest_.size() + 1 + req_.query.size());
        joined.append(rest_).append("?").append(req_.query);
        target = joined;
    }
    bool const has_raw_bytes = target.find_first_of("|{}^[]\"") != target.npos;
    if (has_raw_bytes) {
        joined = server::encode_raw_bytes(target);
        target = joined;
    }
    plan::message out;
    out.method = req_.method;
    out.target = target;
    out.fields = fields;
    auto const came_as = call::received_as_sent(req_);
    out.received = &came_as;
    plan::encode_head(out, head);
}

call::checked<codecs::variables const*> call_renderer::variables() {
    if (!variables_) {
        auto const plain = call::decoded_body(req_, with_.current->settings().limit);
        if (!plain) return plain.error();
        auto decoded =
            codecs::decode_variables(req_.header("Content-Type"), *plain ? **plain : req_.body,
                                     outbound::create_outbound_names());
        if (!decoded) return call::undecodable(decoded.error());
        call::field_problems found;
        call::check_visible_names(*decoded, found);
        if (!found.empty()) return call::invalid(std::move(found));
        variables_ = std::move(*decoded);
    }
    return &*variables_;
}

call::checked<rendered> call_renderer::render_outbound() {
    auto const all = variables();
    if (!all) return all.error();
    auto const& bounds = with_.current->settings().limit;
    outbound::outbound_limits const limits{bounds.max_delay, bounds.contact_numbers};
    auto call = outbound::check_whole_outbound(**all, account_.country_code, limits);
    if (!call) return call.error();
    auto secret = outbound::security_id_of(**all);
    if (secret.empty() && !account_.secrets.empty()) secret = account_.secrets.front().reveal();
    auto const came_as = received();
    return rendered{outbound::render_outbound(*call, secret, account_.time_zone, &came_as),
                    call->delay, outbound::travel_key(secret, call->flow_id)};
}

call::checked<rendered> call_renderer::render_template(plan::delivery_target const& to) {
    auto const all = variables();
    if (!all) return all.error();
    webhooks::template_variables const values(
        **all, account_, with_.clock.now().wall,
        webhooks::user_variables(with_.data, account_, webhooks::contact_of(**all)));
    std::string body;
    auto const lookup = [&](std::string_view name) { return values.find(name); };
    auto report = to.body->render(lookup, body);
    if (!report.ok()) {
        std::vector<codecs::problem_error> problems;
        for (auto const& error : report.errors)
            problems.push_back({error.pointer, error.detail});
        return webhooks::with_places(call::invalid(std::move(problems)), **all);
    }
    auto const& type = to.destination->content_type;
    rendered made{encode_body(received(), type.empty() ? "text/plain; charset=utf-8" : type, body)};
    made.unset = std::move(report.unset);
    return made;
}

} // namespace sluice::gateway::endpoints
