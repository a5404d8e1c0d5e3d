#include "gateway/cluster/forwarded_call.hpp"

#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "codecs/percent.hpp"
#include "codecs/query.hpp"
#include "codecs/text.hpp"
#include "gateway/call/query_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

namespace sluice::gateway::cluster {

namespace {

constexpr std::size_t default_limit = 50; // as of a page of one gateway

std::uint64_t number_in(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// A member of a JSON body; nothing where the body is none, which the gateways will refuse.
std::optional<std::string_view> member_of_body(std::string_view body, std::string_view name) {
    if (!codecs::check_json(body)) return std::nullopt;
    return codecs::json_member_value(codecs::json_trim(body), name);
}

// A task that is named twice is one.
std::size_t distinct(std::vector<std::string_view> raw) {
    std::vector<std::string> names;
    for (auto const each : raw)
        names.push_back(codecs::to_lower(codecs::json_text(each)));
    std::ranges::sort(names);
    return static_cast<std::size_t>(std::ranges::unique(names).begin() - names.begin());
}

// Names of so many gateways that they fill a request's head are left out: then nobody is told which
// of them died while the job ran.
void append_job_line(std::string& lines, begun_job const& job) {
    constexpr std::size_t most_bytes = 4096;
    std::string names;
    for (auto const& each : job.gateways) {
        if (!names.empty()) names += ',';
        codecs::append_percent_encoded(names, each);
    }
    if (names.size() > most_bytes) names.clear();
    lines.append(call::job_header)
        .append(fmt::format(": {}{}{}\r\n", job.number, names.empty() ? "" : " ", names));
}

call::checked<void> read_page(joint_question& to, std::string_view query) {
    auto const limit = codecs::find_in_query(query, "limit");
    to.limit = limit ? number_in(*limit) : default_limit;
    auto const cursor = call::query_value(query, "cursor");
    if (!cursor) return cursor.error();
    if (!*cursor) return {};
    auto from = joint_cursor::parse(**cursor);
    if (!from) return call::invalid("cursor", "Must be what `next` said.");
    to.from = std::move(*from);
    return {};
}

} // namespace

call::checked<joint_question> read_question(server::request const& req,
                                            call::cluster_question const& what) {
    joint_question to;
    to.how = what.how;
    to.id = what.id;
    to.changes = req.method != "GET" && req.method != "HEAD";
    if (what.how == call::spread::tasks) {
        if (auto const read = read_page(to, req.query); !read) return read.error();
    }
    if (what.how == call::spread::bulk) {
        if (auto const ids = member_of_body(req.body, "ids"))
            to.named_tasks = distinct(codecs::json_elements(*ids));
        if (auto const expected = member_of_body(req.body, "expected"))
            to.expected = number_in(*expected);
    }
    return to;
}

std::string target_for(server::request const& req, call::cluster_question const& what,
                       joint_cursor const& from, std::uint32_t log) {
    bool const is_admin = what.from == call::listener_kind::admin;
    std::string target(is_admin ? admin_prefix : public_prefix);
    target += req.path;
    char before = '?';
    codecs::query_walk walk(req.query);
    for (codecs::query_part part; walk.next(part);) {
        if (what.how == call::spread::tasks && part.name == "cursor") continue;
        target += std::exchange(before, '&');
        target += part.whole;
    }
    auto const place = from.of(log);
    if (!place.empty()) target.append(1, before).append("cursor=").append(place);
    return target;
}

std::string lines_for(server::request const& req, call::cluster_question const& what,
                      begun_job const& job) {
    std::string lines(call::caller_header);
    lines += ": ";
    codecs::append_percent_encoded(lines, what.caller);
    lines += "\r\n";
    if (what.shows_contents) lines.append(call::shows_contents_header).append(": yes\r\n");
    if (job.number != 0) append_job_line(lines, job);
    auto const type = req.header("Content-Type");
    if (!req.body.empty() && !type.empty())
        lines.append("Content-Type: ").append(type).append("\r\n");
    return lines;
}

std::string body_for(server::request const& req, call::cluster_question const& what,
                     std::size_t members) {
    std::string body(req.body);
    if (what.how != call::spread::bulk || members < 2) return body;
    auto const rate = member_of_body(body, "rate");
    if (!rate) return body;
    auto const whole = number_in(*rate);
    if (whole == 0) return body;
    auto const at = static_cast<std::size_t>(rate->data() - body.data());
    return body.replace(at, rate->size(), std::to_string((whole + members - 1) / members));
}

} // namespace sluice::gateway::cluster
