#include "queue/core/share_book.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>

namespace sluice::queue {

namespace {

constexpr std::string_view version = "1 "; // of the text
constexpr std::size_t most_holders = 4096; // of a text that is believed

template <class Number>
bool take_number(std::string_view& text, Number& to, char end) {
    auto const* const last = text.data() + text.size();
    auto const [at, ec] = std::from_chars(text.data(), last, to);
    if (ec != std::errc() || at == last || *at != end) return false;
    text.remove_prefix(static_cast<std::size_t>(at - text.data()) + 1);
    return true;
}

bool take_share(std::string_view& text, lane_share& to) {
    return take_number(text, to.rate, ',') && take_number(text, to.burst, ',') &&
           take_number(text, to.slots, ',');
}

void add_share(std::string& to, lane_share const& share) {
    for (auto const n : {share.rate, share.burst, share.slots})
        to.append(std::to_string(n)).append(",");
}

// Of one kind of piece, over all that `seats` names.
template <class Field>
void divide_field(Field field, std::uint32_t total, std::span<std::size_t const> seats,
                  std::span<lane_share const> demands, std::vector<lane_share>& to) {
    std::vector<std::uint32_t> wanted;
    for (auto const i : seats)
        wanted.push_back(std::max(demands[i].*field, 1u));
    auto const parts = divide(total, wanted);
    for (std::size_t n = 0; n < seats.size(); ++n)
        to[seats[n]].*field = parts[n];
}

} // namespace

std::string write_book(share_book const& book) {
    std::string text(version);
    for (auto const& one : book) {
        text += std::to_string(one.owner.log) + "," + std::to_string(one.owner.epoch) + ",";
        add_share(text, one.held);
        add_share(text, one.wants);
        text += std::to_string(one.tokens) + ";";
    }
    return text;
}

std::optional<share_book> read_book(std::string_view text) {
    if (!text.starts_with(version)) return std::nullopt;
    text.remove_prefix(version.size());
    share_book book;
    while (!text.empty()) {
        share_holding one;
        bool const is_good = take_number(text, one.owner.log, ',') &&
                             take_number(text, one.owner.epoch, ',') &&
                             take_share(text, one.held) && take_share(text, one.wants) &&
                             take_number(text, one.tokens, ';');
        if (!is_good || book.size() == most_holders) return std::nullopt;
        book.push_back(one);
    }
    return book;
}

bool exceeds(lane_share const& one, lane_share const& other) {
    return one.rate > other.rate || one.burst > other.burst || one.slots > other.slots;
}

bool is_hungry(share_holding const& one) {
    return exceeds(one.wants, one.held);
}

lane_share all_of(lane_whole const& whole) {
    return {whole.has_rate() ? all_parts : 0, whole.burst, whole.slots};
}

lane_share free_of(share_book const& book, lane_whole const& whole) {
    auto const all = all_of(whole);
    auto const rest = [&](auto field) {
        std::uint64_t held = 0;
        for (auto const& one : book)
            held += one.held.*field;
        return static_cast<std::uint32_t>(all.*field - std::min<std::uint64_t>(held, all.*field));
    };
    return {rest(&lane_share::rate), rest(&lane_share::burst), rest(&lane_share::slots)};
}

std::vector<std::uint32_t> divide(std::uint32_t total, std::span<std::uint32_t const> demands) {
    std::vector<std::uint32_t> parts(demands.size(), 0);
    std::vector<std::size_t> by_demand(demands.size());
    std::iota(by_demand.begin(), by_demand.end(), std::size_t{0});
    std::ranges::stable_sort(by_demand, {}, [&](std::size_t i) { return demands[i]; });
    std::uint32_t left = total;
    for (std::size_t n = 0; n < by_demand.size(); ++n) {
        auto const i = by_demand[n];
        auto const equal = left / static_cast<std::uint32_t>(by_demand.size() - n);
        parts[i] = std::min(demands[i], equal);
        left -= parts[i];
    }
    return parts;
}

std::vector<lane_share> fair_shares(share_book const& book, lane_whole const& whole,
                                    std::span<lane_share const> demands) {
    auto const all = all_of(whole);
    std::size_t most = all.slots;
    if (whole.has_rate()) most = std::min<std::size_t>(most, all.burst);
    std::vector<std::size_t> seats;
    for (bool const sits : {true, false}) {
        for (std::size_t i = 0; i < book.size() && seats.size() < most; ++i) {
            bool const demands_any = demands[i] != lane_share{};
            if (demands_any && is_seated(book[i], whole) == sits) seats.push_back(i);
        }
    }
    std::ranges::sort(seats);
    std::vector<lane_share> fair(book.size());
    divide_field(&lane_share::slots, all.slots, seats, demands, fair);
    if (!whole.has_rate()) return fair;
    divide_field(&lane_share::rate, all.rate, seats, demands, fair);
    divide_field(&lane_share::burst, all.burst, seats, demands, fair);
    return fair;
}

} // namespace sluice::queue
