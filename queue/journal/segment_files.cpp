#include "queue/journal/segment_files.hpp"

#include "queue/journal/journal_line.hpp"

#include <fmt/format.h>

#include <limits>

namespace sluice::queue {

namespace {

constexpr std::string_view segment_prefix = "journal-";
constexpr std::string_view history_prefix = "done-";
constexpr std::string_view suffix = ".log";
constexpr std::string_view temporary_suffix = ".tmp";
constexpr std::size_t digits = 10;

std::optional<std::uint32_t> number_in(std::string_view name, std::string_view prefix) {
    if (name.size() != prefix.size() + digits + suffix.size()) return std::nullopt;
    if (!name.starts_with(prefix) || !name.ends_with(suffix)) return std::nullopt;
    auto const number = parse_number(name.substr(prefix.size(), digits));
    if (!number || *number == 0 || *number > std::numeric_limits<std::uint32_t>::max()) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(*number);
}

} // namespace

std::string segment_name(std::uint32_t number) {
    return fmt::format("{}{:010}{}", segment_prefix, number, suffix);
}

std::string history_name(std::uint32_t number) {
    return fmt::format("{}{:010}{}", history_prefix, number, suffix);
}

std::string temporary_name(std::string const& name) {
    return name + std::string(temporary_suffix);
}

std::optional<std::uint32_t> segment_number(std::string_view name) {
    return number_in(name, segment_prefix);
}

std::optional<std::uint32_t> history_number(std::string_view name) {
    return number_in(name, history_prefix);
}

bool is_temporary(std::string_view name) {
    if (!name.ends_with(temporary_suffix)) return false;
    name.remove_suffix(temporary_suffix.size());
    return segment_number(name) || history_number(name);
}

} // namespace sluice::queue
