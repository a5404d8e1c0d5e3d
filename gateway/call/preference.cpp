#include "gateway/call/preference.hpp"

#include "gateway/http/text.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace sluice::gateway::call {

namespace {

constexpr std::chrono::seconds longest_wait = std::chrono::hours(1);

// Cuts `text` at the first `separator` that stands outside of quotes, and gives what is before it.
std::string_view take_until(std::string_view& text, char separator) {
    bool is_quoted = false;
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
        if (text[i] == '"') {
            is_quoted = !is_quoted;
        } else if (text[i] == '\\' && is_quoted) {
            ++i;
        } else if (text[i] == separator && !is_quoted) {
            break;
        }
    }
    auto const taken = http::trim(text.substr(0, std::min(i, text.size())));
    text = i < text.size() ? text.substr(i + 1) : std::string_view();
    return taken;
}

// Whole seconds, in quotes or without.
std::optional<std::chrono::seconds> seconds_of(std::string_view text) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
        text = text.substr(1, text.size() - 2);
    }
    if (text.empty() || !std::ranges::all_of(text, http::is_digit)) return std::nullopt;
    std::uint32_t value = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    // Only too large a number is left: it is as good as the longest.
    if (ec != std::errc()) return longest_wait;
    return std::min<std::chrono::seconds>(std::chrono::seconds(value), longest_wait);
}

void read_preference(std::string_view text, preferences& to) {
    auto rest = take_until(text, ';'); // parameters say nothing about these two
    auto const name = take_until(rest, '=');
    if (http::equal_ignoring_case(name, "respond-async")) {
        to.respond_async = true;
    } else if (http::equal_ignoring_case(name, "wait") && !to.wait) {
        to.wait = seconds_of(http::trim(rest));
    } else if (http::equal_ignoring_case(name, "return")) {
        auto const value = http::trim(rest);
        to.wants_representation |= value == "representation" || value == "\"representation\"";
    }
}

} // namespace

preferences preferences_of(server::request const& req) {
    preferences found;
    if (!req.has("Prefer")) return found;
    for (auto const& [name, value] : req.headers) {
        if (!http::equal_ignoring_case(name, "Prefer")) continue;
        for (auto rest = value; !rest.empty();)
            read_preference(take_until(rest, ','), found);
    }
    return found;
}

call_wait choose_wait(preferences const& wish, std::chrono::milliseconds most,
                      std::chrono::milliseconds by_default) {
    if (!wish.wait) return {wish.respond_async ? std::chrono::milliseconds(0) : by_default, false};
    auto const limit = std::min<std::chrono::milliseconds>(*wish.wait, most);
    return {limit, limit.count() > 0};
}

} // namespace sluice::gateway::call
