#include "gateway/call/refusal.hpp"

#include "gateway/call/reply_note.hpp"
#include "gateway/tables/error.hpp"
#include "queue/core/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace sluice::gateway::call {

namespace {

struct failure {
    boost::system::error_code what;
    int status = 500;
    std::chrono::seconds wait{0}; // Retry-After; 0: none
    // What it is counted as; without one its status says it.
    std::optional<telemetry::refusal_reason> reason = {};
};

// What is not listed is 500: errors of a start that no call sees, and those that the queue answers
// by itself (duplicate_key).
auto failures() {
    using in_queue = queue::errc;
    using in_tables = tables::errc;
    using enum telemetry::refusal_reason;
    using namespace std::chrono_literals;
    return std::array{
        failure{in_queue::queue_full, 503, 5s, queue_full},
        failure{in_queue::memory_full, 503, 5s, queue_full},
        failure{in_queue::disk_full, 503, 5s, disk_full},
        failure{in_queue::stopping, 503, 2s, draining},
        failure{in_queue::overloaded, 503, 1s},
        failure{in_queue::store_away, 503, 1s, store_away},
        failure{in_queue::not_home, 503, 1s},
        failure{in_queue::too_far_ahead, 422},
        failure{in_queue::key_conflict, 422, 0s, conflict},
        failure{in_queue::key_in_progress, 409, 1s},
        failure{in_queue::content_in_progress, 503, 1s},
        failure{in_queue::key_orphaned, 503, 1s},
        failure{in_queue::wrong_state, 409},
        failure{in_queue::unknown_task, 404},
        failure{in_queue::unknown_lane, 404},
        failure{in_queue::outcome_unknown, 500},
        failure{in_tables::disk_full, 503, 5s, disk_full},
        failure{in_tables::table_full, 503, 5s, table_full},
        failure{in_tables::stopping, 503, 2s, draining},
        failure{in_tables::overloaded, 503, 1s},
        failure{in_tables::unavailable, 503, 1s, store_away},
        failure{in_tables::too_many_keys, 422},
        failure{in_tables::too_many_plans, 422},
        failure{in_tables::key_conflict, 422, 0s, conflict},
        failure{in_tables::answer_too_long, 422},
        failure{in_tables::unknown_agent, 404},
        failure{in_tables::outcome_unknown, 500},
    };
}

} // namespace

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

refusal more_match(std::uint64_t matched, std::uint64_t expected) {
    refusal r{.status = 409};
    r.detail = fmt::format("{} tasks match by now, {} were expected: nothing was done.", matched,
                           expected);
    r.matched = matched;
    return r;
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

refusal refused_by(boost::system::error_code ec) {
    static std::array const table = failures();
    refusal r{.status = 500, .detail = ec.message()};
    auto const found =
        std::ranges::find_if(table, [&](failure const& each) { return each.what == ec; });
    if (found == table.end()) return r;
    r.status = found->status;
    r.reason = found->reason;
    if (found->wait.count() > 0) r.retry_after = found->wait;
    if (ec == queue::errc::too_far_ahead) return invalid("", std::move(r.detail));
    return r;
}

void refuse(server::exchange& on, codecs::media_kind format, refusal const& why) {
    codecs::problem document;
    document.status = why.status;
    document.detail = why.detail;
    document.errors = why.errors;
    document.missing = why.missing;
    document.matched = why.matched;
    if (why.status == 500) document.type = "urn:sluice:outcome-unknown";
    std::string lines;
    if (why.retry_after) lines += fmt::format("Retry-After: {}\r\n", why.retry_after->count());
    if (!why.allow.empty()) lines += fmt::format("Allow: {}\r\n", why.allow);
    if (!why.accept_encoding.empty()) {
        lines += fmt::format("Accept-Encoding: {}\r\n", why.accept_encoding);
    }
    if (why.wants_credentials) lines += "WWW-Authenticate: Bearer realm=\"sluice\"\r\n";
    note_reason(on, why.reason);
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
