#include "gateway/call/outbound_answer.hpp"

#include "codecs/problem.hpp"
#include "gateway/call/reply_note.hpp"
#include "gateway/server/reply.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace sluice::gateway::call {

namespace {

constexpr std::size_t longest_detail = 300;

outbound_form form_of(outbound_code code) {
    auto const number = static_cast<unsigned>(code);
    switch (code) {
    case outbound_code::checksum_repeated:
        return {number, "Checksum Repeated", 409};
    case outbound_code::invalid_security_id:
        return {number, "Invalid Security ID", 401};
    case outbound_code::api_version_not_supported:
        return {number, "API Version not Supported", 422};
    case outbound_code::invalid_contact_number:
        return {number, "Invalid Contact Number", 422};
    case outbound_code::invalid_mandatory_parameters:
        return {number, "Invalid Mandatory Parameters", 422};
    case outbound_code::invalid_flow_id:
        return {number, "Invalid Flow ID", 422};
    case outbound_code::empty_call_list:
        return {number, "Empty Call List", 422};
    case outbound_code::max_data_list_size_exceeded:
        return {number, "Max Data List Size Exceeded", 413};
    case outbound_code::invalid_format:
        return {number, "Invalid Format", 400};
    case outbound_code::ip_not_whitelisted:
        return {number, "IP Not Whitelisted", 403};
    case outbound_code::failure:
        break;
    }
    return {number, "Failure", 503};
}

} // namespace

outbound_form outbound_form_of(int status) {
    switch (status) {
    case 400:
    case 415:
        return form_of(outbound_code::invalid_format);
    case 401:
        return form_of(outbound_code::invalid_security_id);
    case 403:
        return form_of(outbound_code::ip_not_whitelisted);
    case 405:
        return {405, "Method Not Allowed", 405};
    case 406:
        return {406, "Not Acceptable", 406};
    case 409:
        return {409, "Conflict", 409};
    case 413:
        return form_of(outbound_code::max_data_list_size_exceeded);
    case 422:
        return form_of(outbound_code::invalid_mandatory_parameters);
    case 429:
        return {429, "Too Many Requests", 429};
    case 501:
        return {501, "Not Configured", 501};
    case 503:
        return form_of(outbound_code::failure);
    case 500:
        return {500, "Failure", 500};
    default:
        break;
    }
    auto const number = static_cast<unsigned>(status);
    return {number, codecs::reason_phrase(number), number};
}

namespace {

// A header's value: one line, printable, and short.
std::string line_of(std::string_view detail) {
    std::string out(detail.substr(0, longest_detail));
    for (char& c : out) {
        if (c < ' ' || c > '~') c = '?';
    }
    return out;
}

void reply(server::exchange& on, outbound_form const& form, std::string_view detail,
           std::string lines) {
    if (!detail.empty()) lines += fmt::format("Sluice-Detail: {}\r\n", line_of(detail));
    auto& body = on.body_scratch();
    body = fmt::format(R"({{"api-response-code":{},"api-response-message":"{}"}})", form.code,
                       form.message);
    on.reply(form.status, "application/json", body, lines);
}

} // namespace

void throw_exception_from_error(outbound_refusal const& error, boost::source_location const&) {
    throw std::logic_error("unchecked refusal: " + error.detail);
}

void refuse_outbound(server::exchange& on, outbound_refusal const& why) {
    reply(on, form_of(why.code), why.detail, {});
}

void refuse_outbound(server::exchange& on, call::refusal const& why) {
    std::string lines;
    if (why.retry_after) lines += fmt::format("Retry-After: {}\r\n", why.retry_after->count());
    if (!why.allow.empty()) lines += fmt::format("Allow: {}\r\n", why.allow);
    if (!why.accept_encoding.empty()) {
        lines += fmt::format("Accept-Encoding: {}\r\n", why.accept_encoding);
    }
    auto detail = why.detail;
    if (!why.errors.empty()) {
        detail = why.errors.front().pointer + ": " + why.errors.front().detail;
    }
    note_reason(on, why.reason);
    reply(on, outbound_form_of(why.status), detail, std::move(lines));
}

} // namespace sluice::gateway::call
