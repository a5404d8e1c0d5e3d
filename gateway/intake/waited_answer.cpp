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

std::string header_lines(waited_call const& of) {
    std::string lines;
    append_accepted_lines(lines, of.call, of.durability);
    if (of.call.kind == accepted_kind::proxied) {
        lines += "Sluice-Task: " + to_string(of.call.request_id) + "\r\n";
    }
    if (of.call.wait && of.call.wait->is_preferred) {
        auto const seconds = std::chrono::floor<std::chrono::seconds>(of.call.wait->limit).count();
        lines += fmt::format("Preference-Applied: wait={}\r\n", seconds);
    }
    return lines;
}

void reply_body(server::exchange& on, waited_call const& of, std::string_view body) {
    bool const is_xml = of.call.format == codecs::media_kind::xml;
    on.reply(200, is_xml ? "application/xml" : "application/json", body, header_lines(of));
}

void reply_failure(server::exchange& on, waited_call const& of, std::string detail) {
    codecs::problem document;
    document.status = 502;
    document.detail = std::move(detail);
    std::string body;
    codecs::append_problem(body, of.call.format, document);
    on.reply(502, codecs::problem_content_type(of.call.format), body, header_lines(of));
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
void reply_webhook(server::exchange& on, waited_call const& of, final_outcome const& how) {
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
    reply_body(on, of, text);
}

// A failure is an answer too: response_status says so.
void reply_widget(server::exchange& on, waited_call const& of, final_outcome const& how) {
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
    reply_body(on, of, text);
}

void reply_task(server::exchange& on, waited_call const& of, final_outcome const& how) {
    std::string body = fmt::format("{{\"id\":\"{}\",\"state\":\"{}\",\"not_before\":\"",
                                   queue::task_id_text(how.id).view(), to_string(how.state));
    call::append_instant(body, of.call.not_before);
    body += fmt::format("\",\"durability\":\"{}\",\"status\":{},\"response\":", of.durability,
                        how.last.status);
    codecs::append_json_string(body, how.last.response);
    body += ",\"result\":";
    body += how.result.empty() ? std::string_view("null") : std::string_view(how.result);
    body += '}';
    if (of.call.format != codecs::media_kind::xml) return reply_body(on, of, body);
    std::string xml;
    codecs::append_json_as_xml(xml, body);
    reply_body(on, of, xml);
}

void reply_proxied(server::exchange& on, waited_call const& of, final_outcome const& how) {
    auto const& last = how.last;
    bool const has_answer = last.cause == queue::cause::answered && last.status != 0;
    if (!has_answer) return reply_failure(on, of, why_failed(how));
    if (last.is_response_cut) {
        return reply_failure(on, of,
                             fmt::format("The task is {}; the destination's answer is longer than "
                                         "its response_limit allows.",
                                         to_string(how.state)));
    }
    if (last.status > 599) {
        return reply_failure(on, of,
                             fmt::format("The destination answered {}, which is no status "
                                         "of HTTP.",
                                         last.status));
    }
    auto lines = header_lines(of);
    // What could not be decoded goes as it came too: its label is true.
    bool const is_coded =
        !last.response_coding.empty() &&
        (last.response.empty() ||
         codecs::accepts_coding(on.req.header("Accept-Encoding"), last.response_coding));
    if (is_coded) lines += fmt::format("Content-Encoding: {}\r\n", last.response_coding);
    on.reply(last.status, last.response_type, is_coded ? last.coded_response : last.response,
             lines);
}

} // namespace

void reply_ended(server::exchange& on, waited_call const& of, final_outcome const& how) {
    switch (of.call.kind) {
    case accepted_kind::widget:
        return reply_widget(on, of, how);
    case accepted_kind::proxied:
        return reply_proxied(on, of, how);
    default:
        break;
    }
    if (how.state != task_state::delivered) return reply_failure(on, of, why_failed(how));
    if (of.call.kind == accepted_kind::webhook) return reply_webhook(on, of, how);
    reply_task(on, of, how);
}

void reply_waited_in_vain(server::exchange& on, waited_call const& of) {
    auto const ready = prepare_accepted(on, of.call, of.durability);
    auto const body = on.body_scratch().substr(0, ready.body_size);
    on.reply(202, ready.is_xml ? "application/xml" : "application/json", body, header_lines(of));
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
    bool const is_cut = note.response.size() >= queue::kept_response;
    if (shows_response && is_cut) return std::nullopt;
    how.last.cause = note.cause;
    how.last.status = note.status;
    how.last.response = note.response;
    return how;
}

} // namespace sluice::gateway::intake
