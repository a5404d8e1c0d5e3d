#include "gateway/call/refusal.hpp"

#include "queue/core/error.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace sluice::gateway::call {

void throw_exception_from_error(refusal const& error, boost::source_location const&) {
    throw std::logic_error("unchecked refusal: " + error.detail);
}

refusal unauthorised(std::string detail) {
    refusal r{.status = 401, .detail = std::move(detail)};
    r.wants_credentials = true;
    return r;
}

refusal forbidden(std::string detail) {
    return {.status = 403, .detail = std::move(detail)};
}

refusal undecodable(codecs::decode_error const& error) {
    bool const is_type = error.code == codecs::errc::unsupported_media_type ||
                         error.code == codecs::errc::unsupported_charset;
    refusal r{.status = is_type ? 415 : 400, .detail = error.message()};
    if (!error.pointer.empty()) r.errors.push_back({error.pointer, error.detail});
    return r;
}

refusal invalid(std::vector<codecs::problem_error> errors) {
    refusal r{.status = 422, .detail = "Some values are not valid."};
    r.errors = std::move(errors);
    if (r.errors.size() <= most_errors) return r;
    auto const more = r.errors.size() - most_errors;
    r.errors.resize(most_errors);
    r.errors.push_back({"", "There are " + std::to_string(more) + " more."});
    return r;
}

refusal invalid(std::string pointer, std::string detail) {
    std::vector<codecs::problem_error> errors;
    errors.push_back({std::move(pointer), std::move(detail)});
    return invalid(std::move(errors));
}

refusal refused_by_queue(boost::system::error_code ec) {
    using queue::errc;
    refusal r{.status = 500, .detail = ec.message()};
    if (ec.category() != queue::queue_category()) return r;
    switch (static_cast<errc>(ec.value())) {
    case errc::queue_full:
    case errc::memory_full:
    case errc::disk_full:
        r.status = 503, r.retry_after = std::chrono::seconds(5);
        break;
    case errc::overloaded:
        r.status = 503, r.retry_after = std::chrono::seconds(1);
        break;
    case errc::stopping:
        r.status = 503, r.retry_after = std::chrono::seconds(2);
        break;
    case errc::too_far_ahead:
        return invalid("", ec.message());
    case errc::key_conflict:
        r.status = 422;
        break;
    case errc::key_in_progress:
        r.status = 409, r.retry_after = std::chrono::seconds(1);
        break;
    case errc::wrong_state:
        r.status = 409;
        break;
    case errc::unknown_task:
    case errc::unknown_lane:
        r.status = 404;
        break;
    case errc::outcome_unknown:
        r.status = 500;
        break;
    case errc::content_in_progress: // waits inside the queue
    case errc::duplicate_key:
        break; // answered with the first answer, never as an error
    }
    return r;
}

void refuse(server::exchange& on, codecs::media_kind format, refusal const& why) {
    codecs::problem document;
    document.status = why.status;
    document.detail = why.detail;
    document.errors = why.errors;
    if (why.status == 500) document.type = "urn:sluice:outcome-unknown";
    std::string lines;
    if (why.retry_after) lines += fmt::format("Retry-After: {}\r\n", why.retry_after->count());
    if (!why.allow.empty()) lines += fmt::format("Allow: {}\r\n", why.allow);
    if (why.wants_credentials) lines += "WWW-Authenticate: Bearer realm=\"sluice\"\r\n";
    auto& body = on.body_scratch();
    body.clear();
    codecs::append_problem(body, format, document);
    on.reply(static_cast<unsigned>(why.status), codecs::problem_content_type(format), body, lines);
}

checked<codecs::media_kind> reply_format_of(server::request const& req, codecs::csv_offer csv) {
    auto const kind = codecs::body_kind(req.header("Content-Type"));
    std::optional<std::string_view> accept;
    if (req.has("Accept")) accept = req.header("Accept");
    auto const format =
        codecs::choose_reply_format(accept, kind ? *kind : codecs::media_kind::other, csv);
    if (!format) return refusal{.status = 406, .detail = format.error().detail};
    return format->kind;
}

codecs::media_kind error_format(server::request const& req) {
    auto const format = reply_format_of(req);
    return format ? *format : codecs::media_kind::json;
}

} // namespace sluice::gateway::call
