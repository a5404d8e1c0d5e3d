#include "gateway/cluster/joint_cursor.hpp"

#include "queue/core/task_id.hpp"

#include <charconv>

namespace sluice::gateway::cluster {

namespace {

constexpr std::string_view mark = "c.";
constexpr std::size_t most_places = 256;
constexpr std::size_t longest_place = 64;

// The characters of a gateway's own cursors.
bool is_place(std::string_view text) {
    return text.size() <= longest_place &&
           text.find_first_not_of("0123456789abcdefABCDEFqh.-") == text.npos;
}

} // namespace

std::optional<joint_cursor> joint_cursor::parse(std::string_view text) {
    if (!text.starts_with(mark)) return std::nullopt;
    text.remove_prefix(mark.size());
    joint_cursor read;
    read.begin_anew();
    while (!text.empty()) {
        auto const part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        std::uint32_t log = 0;
        auto const [end, ec] = std::from_chars(part.data(), part.data() + part.size(), log);
        auto const digits = static_cast<std::size_t>(end - part.data());
        bool const is_log = ec == std::errc() && log <= queue::highest_log;
        if (!is_log || digits >= part.size() || part[digits] != ':') return std::nullopt;
        auto const place = part.substr(digits + 1);
        if (!is_place(place) || read.places_.size() >= most_places) return std::nullopt;
        read.places_[log] = place;
    }
    if (read.places_.empty()) return std::nullopt;
    return read;
}

std::string joint_cursor::text() const {
    std::string out(mark);
    for (auto const& [log, place] : places_) {
        if (out.size() > mark.size()) out += ',';
        out += std::to_string(log);
        out += ':';
        out += place;
    }
    return out;
}

std::string_view joint_cursor::of(std::uint32_t log) const {
    auto const found = places_.find(log);
    return found == places_.end() ? std::string_view() : std::string_view(found->second);
}

void joint_cursor::set(std::uint32_t log, std::string place) {
    is_at_beginning_ = false;
    places_[log] = std::move(place);
}

void joint_cursor::begin_anew() {
    is_at_beginning_ = false;
    places_.clear();
}

} // namespace sluice::gateway::cluster
