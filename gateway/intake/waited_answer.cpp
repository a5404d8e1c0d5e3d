#include "gateway/intake/waited_answer.hpp"

#include "codecs/content_coding.hpp"
#include "codecs/json.hpp"
#include "codecs/problem.hpp"
#include "codecs/reply_body.hpp"
#include "codecs/xml_from_json.hpp"
#include "gateway/call/key_list.hpp"
#include "gateway/call/times.hpp"
#include "gateway/plan/widget_rules.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::gateway::intake {

namespace {

using queue::final_outcome;
using queue::task_state;
using tables::kept_answer;

// Whether Location would be read as the destination's: what it has made (201), or where to go (3xx,
// RFC 9110 section 10.2.2). Neither is the task.
bool gives_location_a_meaning(unsigned status) {
    return status == 201 || status / 100 == 3;
}

std::string header_lines(waited_call const& of, unsigned status) {
    std::string lines;
    if (gives_location_a_meaning(status)) {
        append_durability_line(lines, of.durability);
    } else {
        append_accepted_lines(lines, of.call, of.durability);
    }
    if (of.call.kind == accepted_kind::proxied) {
        lines += "Sluice-Task: " + to_string(of.call.request_id) + "\r\n";
    }
    if (of.call.wait && of.call.wait->is_preferred) {
        auto const seconds = std::chrono::floor<std::chrono::seconds>(of.call.wait->limit).count();
        lines += fmt::format("Preference-Applied: wait={}\r\n", seconds);
    }
    return lines;
}

kept_answer success(waited_call const& of, std::string body) {
    bool const is_xml = of.call.format == codecs::media_kind::xml;
    return {200, is_xml ? "application/xml" : "application/json", std::move(body),
            header_lines(of, 200)};
}

kept_answer failure(waited_call const& of, std::string detail) {
    codecs::problem document;
    document.status = 502;
    document.detail = std::move(detail);
    std::string body;
    codecs::append_problem(body, of.call.format, document);
    return {502, std::string(codecs::problem_content_type(of.call.format)), std::move(body),
            header_lines(of, 502)};
}

std::string why_failed(final_outcome const& how) {
    switch (how.state) {
    case task_state::cancelled:
        return "The task was cancelled by " + how.reason + ".";
    case task_state::expired:
        return "The task has expired: " + how.reason + ".";
    default:
        return "The delivery has failed: " + how.reason + ".";
    }
}

using key_values = std::vector<std::pair<std::string, std::string>>;

std::vector<codecs::reply_key> views_of(key_values const& values) {
    std::vector<codecs::reply_key> keys;
    for (auto const& [name, value] : values)
        keys.push_back({name, value});
    return keys;
}

// The body of the 202 with the final values of its keys (docs/openapi.yaml).
kept_answer webhook_answer(waited_call const& of, final_outcome const& how) {
    queue::task_id_text const id(of.call.request_id);
    auto values = call::read_key_list(how.result);
    if (values.empty()) {
        // Not the outbound API: its code is the status.
        values.emplace_back("$flow.key.obdReqID", id.view());
        values.emplace_back("$flow.key.obdResponseCode", std::to_string(how.last.status));
        values.emplace_back("$flow.key.obdPhononUUID", "");
    }
    auto const keys = views_of(values);
    codecs::reply_body body;
    body.code = 202;
    body.message = "Accepted";
    body.request_id = id.view();
    body.keys = keys;
    std::string text;
    codecs::append_reply(text, of.call.format, body);
    return success(of, std::move(text));
}

// A failure is an answer too: response_status says so.
kept_answer widget_answer(waited_call const& of, final_outcome const& how) {
    auto const result =
        how.result.empty() ? plan::unanswered_widget(how.reason, how.last.duration) : how.result;
    auto const values = call::read_key_list(result);
    auto const keys = views_of(values);
    auto const unset = unset_names(of.call);
    codecs::reply_body body;
    body.keys = keys;
    body.unset = unset;
    std::string text;
    codecs::append_reply(text, of.call.format, body);
    return success(of, std::move(text));
}

kept_answer task_answer(waited_call const& of, final_outcome const& how) {
    std::string body = fmt::format("{{\"id\":\"{}\",\"state\":\"{}\",\"not_before\":\"",
                                   queue::task_id_text(how.id).view(), to_string(how.state));
    call::append_instant(body, of.call.not_before);
    body += fmt::format("\",\"durability\":\"{}\",\"status\":{},\"response\":", of.durability,
                        how.last.status);
    codecs::append_json_string(body, how.last.response);
    body += ",\"result\":";
    body += how.result.empty() ? std::string_view("null") : std::string_view(how.result);
    body += '}';
    if (of.call.format != codecs::media_kind::xml) return success(of, std::move(body));
    std::string xml;
    codecs::append_json_as_xml(xml, body);
    return success(of, std::move(xml));
}

kept_answer proxied_answer(waited_call const& of, final_outcome const& how,
                           std::string_view accept_encoding) {
    auto const& last = how.last;
    bool const has_answer = last.cause == queue::cause::answered && last.status != 0;
    if (!has_answer) return failure(of, why_failed(how));
    if (last.is_response_cut) {
        return failure(of, fmt::format("The task is {}; the destination's answer is longer than "
                                       "its response_limit allows.",
                                       to_string(how.state)));
    }
    if (last.status > 599) {
        return failure(of, fmt::format("The destination answered {}, which is no status of HTTP.",
                                       last.status));
    }
    auto lines = header_lines(of, last.status);
    // What could not be decoded goes as it came too: its label is true.
    bool const is_coded =
        !last.response_coding.empty() &&
        (last.response.empty() || codecs::accepts_coding(accept_encoding, last.response_coding));
    if (is_coded) lines += fmt::format("Content-Encoding: {}\r\n", last.response_coding);
    return {last.status, last.response_type, is_coded ? last.coded_response : last.response,
            std::move(lines)};
}

} // namespace

kept_answer ended_answer(waited_call const& of, final_outcome const& how,
                         std::string_view accept_encoding) {
    switch (of.call.kind) {
    case accepted_kind::widget:
        return widget_answer(of, how);
    case accepted_kind::proxied:
        return proxied_answer(of, how, accept_encoding);
    default:
        break;
    }
    if (how.state != task_state::delivered) return failure(of, why_failed(how));
    if (of.call.kind == accepted_kind::webhook) return webhook_answer(of, how);
    return task_answer(of, how);
}

kept_answer waited_in_vain_answer(server::exchange& on, waited_call const& of) {
    auto const ready = prepare_accepted(on, of.call, of.durability);
    return {202, ready.is_xml ? "application/xml" : "application/json",
            on.body_scratch().substr(0, ready.body_size), header_lines(of, 202)};
}

std::optional<final_outcome> remembered_outcome(queue::task_details const& task,
                                                accepted_kind kind) {
    if (!queue::is_finished(task.state)) return std::nullopt;
    final_outcome how;
    how.id = task.id;
    how.state = task.state;
    how.reason = task.reason;
    how.result = task.result;
    if (task.notes.empty()) return how;
    auto const& note = task.notes.back();
    bool const shows_response = kind == accepted_kind::proxied || kind == accepted_kind::task;
    // A cut one may be shorter by the half of a character.
    bool const is_cut = note.response.size() + 4 > queue::kept_response;
    if (shows_response && is_cut) return std::nullopt;
    if (kind == accepted_kind::proxied && !note.response.empty()) return std::nullopt;
    how.last.cause = note.cause;
    how.last.status = note.status;
    how.last.response = note.response;
    return how;
}

} // namespace sluice::gateway::intake
