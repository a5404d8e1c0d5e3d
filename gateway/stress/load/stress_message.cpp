#include "gateway/stress/load/stress_message.hpp"

#include <fmt/format.h>

#include <charconv>
#include <iterator>

namespace sluice::gateway::stress {

namespace {

constexpr std::string_view end_of_padding = "\"}";

template <class Number>
bool take_number(std::string_view& text, std::string_view before, Number& value) {
    if (!text.starts_with(before)) return false;
    text.remove_prefix(before.size());
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

} // namespace

void write_message(std::string& out, stress_message const& what, std::size_t size) {
    out.clear();
    fmt::format_to(std::back_inserter(out), R"({{"n":{},"run":"{}","key":{},"pad":")", what.number,
                   what.run, what.key);
    auto const needed = out.size() + end_of_padding.size();
    if (needed < size) out.append(size - needed, 'x');
    out += end_of_padding;
}

std::optional<stress_message> read_message(std::string_view body) {
    constexpr std::string_view before_run = ",\"run\":\"";
    stress_message out;
    if (!take_number(body, "{\"n\":", out.number) || !body.starts_with(before_run)) return {};
    body.remove_prefix(before_run.size());
    auto const end = body.find('"');
    if (end == std::string_view::npos) return {};
    out.run = body.substr(0, end);
    body.remove_prefix(end);
    if (!take_number(body, "\",\"key\":", out.key)) return {};
    return out;
}

} // namespace sluice::gateway::stress
