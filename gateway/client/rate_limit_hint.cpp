#include "gateway/client/rate_limit_hint.hpp"

#include "gateway/client/retry_after.hpp"
#include "gateway/http/text.hpp"

#include <algorithm>
#include <charconv>

namespace sluice::gateway::client {
namespace {

using namespace std::chrono_literals;
using http::equal_ignoring_case;
using http::trim;
using wall_time = std::chrono::sys_time<std::chrono::milliseconds>;

// A number without sign or exponent, such as "30" or "1.5".
std::optional<double> number_of(std::string_view text) {
    text = trim(text);
    bool const is_plain = !text.empty() && std::ranges::all_of(text, [](char c) {
        return http::is_digit(c) || c == '.';
    });
    if (!is_plain) return {};
    double value = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc() || end != text.data() + text.size()) return {};
    return value;
}

void note_remaining(rate_limit_hint& to, std::string_view text) {
    auto const value = number_of(text);
    if (!value) return;
    auto const left = static_cast<std::uint64_t>(std::min(*value, 1e15));
    to.remaining = std::min(to.remaining.value_or(left), left);
}

void note_reset(rate_limit_hint& to, std::string_view text, wall_time now) {
    if (auto const wait = parse_wait(text, now)) to.reset = std::max(to.reset.value_or(0ms), *wait);
}

// `"default";r=0;t=30, "daily";r=90;t=3600`, or `limit=10, remaining=0, reset=30` of the older
// drafts. The reset of a limit that is not used up says nothing.
void read_structured(std::string_view value, wall_time now, rate_limit_hint& to) {
    rate_limit_hint older;
    while (!value.empty()) {
        auto const comma = std::min(value.find(','), value.size());
        auto item = value.substr(0, comma);
        value.remove_prefix(std::min(comma + 1, value.size()));
        rate_limit_hint one;
        while (!item.empty()) {
            auto const semicolon = std::min(item.find(';'), item.size());
            auto const part = trim(item.substr(0, semicolon));
            item.remove_prefix(std::min(semicolon + 1, item.size()));
            if (part.starts_with("r=")) note_remaining(one, part.substr(2));
            if (part.starts_with("t=")) note_reset(one, part.substr(2), now);
            if (part.starts_with("remaining=")) note_remaining(older, part.substr(10));
            if (part.starts_with("reset=")) note_reset(older, part.substr(6), now);
        }
        if (!one.remaining) continue;
        to.remaining = std::min(to.remaining.value_or(*one.remaining), *one.remaining);
        bool const counts = one.is_used_up() && one.reset;
        if (counts) to.reset = std::max(to.reset.value_or(0ms), *one.reset);
    }
    if (!to.remaining) to = older;
}

void read_field(std::string_view name, std::string_view value, wall_time now, rate_limit_hint& to) {
    if (name.size() > 2 && equal_ignoring_case(name.substr(0, 2), "x-")) name.remove_prefix(2);
    if (equal_ignoring_case(name, "ratelimit")) {
        read_structured(value, now, to);
    } else if (equal_ignoring_case(name, "ratelimit-remaining") ||
               equal_ignoring_case(name, "rate-limit-remaining")) {
        note_remaining(to, value);
    } else if (equal_ignoring_case(name, "ratelimit-reset") ||
               equal_ignoring_case(name, "rate-limit-reset") ||
               equal_ignoring_case(name, "ratelimit-reset-after") ||
               equal_ignoring_case(name, "rate-limit-reset-after")) {
        note_reset(to, value, now);
    }
}

// The cheapest first look: most fields begin with another letter.
bool may_matter(char first) {
    return first == 'r' || first == 'R' || first == 'x' || first == 'X';
}

} // namespace

rate_limit_hint read_rate_limit(std::string_view header_lines, wall_time now) {
    rate_limit_hint hint;
    while (!header_lines.empty()) {
        auto const end = std::min(header_lines.find("\r\n"), header_lines.size());
        auto const line = header_lines.substr(0, end);
        header_lines.remove_prefix(std::min(end + 2, header_lines.size()));
        if (line.empty() || !may_matter(line.front())) continue;
        auto const colon = line.find(':');
        if (colon == line.npos) continue;
        read_field(line.substr(0, colon), trim(line.substr(colon + 1)), now, hint);
    }
    return hint;
}

} // namespace sluice::gateway::client
