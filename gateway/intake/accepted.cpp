#include "gateway/intake/accepted.hpp"

#include "codecs/reply_body.hpp"
#include "codecs/xml_from_json.hpp"
#include "gateway/call/times.hpp"

#include <boost/assert.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace sluice::gateway::intake {

namespace {

using queue::task_id_length;

// The usual answer with its header lines, of which only the id differs from call to call: it is
// copied as a whole, and the id written over the places that wait for it. A twentieth of what it
// takes to put it together from its values; a test holds both to the same bytes.
class usual_answer {
  public:
    // Up to the value of Sluice-Durability; and the body alone.
    static void append(std::string& out, std::string_view id) { put(out, whole, id, 3); }
    static void append_body(std::string& out, std::string_view id) { put(out, body, id, 2); }

    static constexpr std::string_view body =
        R"({"api-response-code":202,"api-response-message":"Accepted",)"
        R"("request-id":"------------------------------------","call-details":null,)"
        R"("keys":[{"name":"$flow.key.obdReqID",)"
        R"("value":"------------------------------------"},)"
        R"({"name":"$flow.key.obdResponseCode","value":"202"},)"
        R"({"name":"$flow.key.obdPhononUUID","value":""}]})";

  private:
    static constexpr auto bytes = [] {
        constexpr std::string_view lines =
            "Location: /v1/tasks/------------------------------------\r\nSluice-Durability: ";
        std::array<char, body.size() + lines.size()> all{};
        std::ranges::copy(lines, std::ranges::copy(body, all.begin()).out);
        return all;
    }();
    static constexpr std::string_view whole{bytes.data(), bytes.size()};
    static constexpr std::string_view place = "------------------------------------";
    static constexpr std::array<std::size_t, 3> ids{body.find(place), body.rfind(place),
                                                    whole.rfind(place)};
    static_assert(place.size() == task_id_length && ids[0] < ids[1] && ids[1] < ids[2]);

    static void put(std::string& out, std::string_view text, std::string_view id, std::size_t n) {
        BOOST_ASSERT(id.size() == task_id_length);
        auto const begin = out.size();
        out += text;
        for (std::size_t i = 0; i < n; ++i)
            id.copy(out.data() + begin + ids[i], task_id_length);
    }
};

bool has_usual_body(accepted_call const& call) {
    switch (call.kind) {
    case accepted_kind::webhook:
        return call.format == codecs::media_kind::json;
    case accepted_kind::proxied:
    case accepted_kind::widget:
        return call.format == codecs::media_kind::json && call.rest.empty();
    default:
        return false;
    }
}

void append_webhook(std::string& out, accepted_call const& call, std::string_view id) {
    if (has_usual_body(call)) return usual_answer::append_body(out, id);
    std::array<codecs::reply_key, 3> const keys = {{{"$flow.key.obdReqID", id},
                                                    {"$flow.key.obdResponseCode", "202"},
                                                    {"$flow.key.obdPhononUUID", ""}}};
    codecs::reply_body body;
    body.code = 202;
    body.message = "Accepted";
    body.request_id = id;
    body.keys = keys;
    auto const unset = unset_names(call);
    body.unset = unset;
    codecs::append_reply(out, call.format, body);
}

void append_task(std::string& out, accepted_call const& call, std::string_view id,
                 std::string_view durability) {
    out += "{\"id\":\"";
    out += id;
    out += call.is_scheduled ? "\",\"state\":\"scheduled\",\"not_before\":\""
                             : "\",\"state\":\"ready\",\"not_before\":\"";
    call::append_instant(out, call.not_before);
    out += "\",\"durability\":\"";
    out += durability;
    out += "\"}";
}

void append_tasks(std::string& out, accepted_call const& call, std::string_view id) {
    out += "{\"request-id\":\"";
    out += id;
    out += "\",\"ids\":[";
    for (std::size_t at = 0; at + task_id_length <= call.rest.size(); at += task_id_length) {
        out += at == 0 ? "\"" : ",\"";
        out += call.rest.substr(at, task_id_length);
        out += '"';
    }
    out += "]}";
}

bool has_json_writer_only(accepted_kind kind) {
    return kind == accepted_kind::task || kind == accepted_kind::tasks ||
           kind == accepted_kind::batch;
}

void append_outbound(std::string& out, accepted_call const& call, std::string_view id) {
    out += R"({"api-response-code":202,"api-response-message":"Accepted","request-id":")";
    out += id;
    out += R"(","call-details":)";
    out += call.rest;
    out += '}';
}

void append_lines(std::string& out, accepted_call const& call, std::string_view id,
                  std::string_view durability) {
    using namespace std::string_view_literals;
    if (call.kind != accepted_kind::batch) {
        out += call.is_group ? "Location: /v1/tasks?group="sv : "Location: /v1/tasks/"sv;
        out += id;
        out += "\r\n"sv;
    }
    append_durability_line(out, durability);
}

} // namespace

void append_accepted_lines(std::string& out, accepted_call const& call,
                           std::string_view durability) {
    append_lines(out, call, queue::task_id_text(call.request_id).view(), durability);
}

void append_durability_line(std::string& out, std::string_view durability) {
    using namespace std::string_view_literals;
    out += "Sluice-Durability: "sv;
    out += durability;
    out += "\r\n"sv;
}

std::vector<std::string_view> unset_names(accepted_call const& call) {
    std::vector<std::string_view> names;
    bool const has_templates =
        call.kind == accepted_kind::widget || call.kind == accepted_kind::proxied;
    if (!has_templates) return names;
    for (auto rest = call.rest; !rest.empty();) {
        auto const end = rest.find(' ');
        names.push_back(rest.substr(0, end));
        rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    }
    return names;
}

std::string to_kept_answer(accepted_call const& call) {
    std::string text;
    text += static_cast<char>(call.kind);
    text += call.format == codecs::media_kind::xml ? 'x' : 'j';
    text += call.is_group ? 'g' : '-';
    text += call.is_scheduled ? 's' : 'r';
    text += to_string(call.request_id);
    text += std::to_string(call.not_before.time_since_epoch().count());
    text += ' ';
    text += call.rest;
    return text;
}

std::optional<accepted_call> from_kept_answer(std::string_view text) {
    constexpr std::size_t flags = 4;
    if (text.size() < flags + task_id_length + 2) return std::nullopt;
    accepted_call call;
    call.kind = static_cast<accepted_kind>(text[0]);
    call.format = text[1] == 'x' ? codecs::media_kind::xml : codecs::media_kind::json;
    call.is_group = text[2] == 'g';
    call.is_scheduled = text[3] == 's';
    auto const id = queue::parse_task_id(text.substr(flags, task_id_length));
    if (!id) return std::nullopt;
    call.request_id = *id;
    auto const rest = text.substr(flags + task_id_length);
    std::int64_t milliseconds = 0;
    auto const [end, ec] = std::from_chars(rest.data(), rest.data() + rest.size(), milliseconds);
    if (ec != std::errc() || end == rest.data() + rest.size() || *end != ' ') return std::nullopt;
    call.not_before = queue::wall_time(std::chrono::milliseconds(milliseconds));
    call.rest = rest.substr(static_cast<std::size_t>(end - rest.data()) + 1);
    return call;
}

prepared_reply prepare_accepted(server::exchange& on, accepted_call const& call,
                                std::string_view durability) {
    queue::task_id_text const id(call.request_id);
    auto& buffer = on.body_scratch();
    buffer.clear();
    if (has_usual_body(call) && !call.is_group) {
        usual_answer::append(buffer, id.view());
        buffer.append(durability).append("\r\n");
        return {usual_answer::body.size(), false};
    }
    switch (call.kind) {
    case accepted_kind::webhook:
    case accepted_kind::proxied:
    case accepted_kind::widget:
        append_webhook(buffer, call, id.view());
        break;
    case accepted_kind::task:
        append_task(buffer, call, id.view(), durability);
        break;
    case accepted_kind::tasks:
        append_tasks(buffer, call, id.view());
        break;
    case accepted_kind::batch:
        buffer += call.rest;
        break;
    case accepted_kind::outbound:
        append_outbound(buffer, call, id.view());
        break;
    }
    bool const is_xml = call.format == codecs::media_kind::xml;
    if (is_xml && has_json_writer_only(call.kind)) {
        auto const json = std::exchange(buffer, {});
        codecs::append_json_as_xml(buffer, json);
    }
    prepared_reply const ready{buffer.size(), is_xml};
    append_lines(buffer, call, id.view(), durability);
    return ready;
}

void reply_prepared(server::exchange& on, prepared_reply const& ready) {
    auto const whole = std::string_view(on.body_scratch());
    on.reply(202, ready.is_xml ? "application/xml" : "application/json",
             whole.substr(0, ready.body_size), whole.substr(ready.body_size));
}

} // namespace sluice::gateway::intake
