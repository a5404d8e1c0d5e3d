#include "queue/core/share_plan.hpp"

#include <algorithm>

namespace sluice::queue {

namespace {

// A rate that moves by less is left where it is: what is measured is never quite the same.
constexpr std::uint32_t least_move = all_parts / 100; // 1 %
constexpr std::uint32_t slack = all_parts / 200;      // beyond what is used
constexpr std::uint32_t step = all_parts / 100;       // what is asked for is a multiple of it

std::vector<share_holding>::iterator find(share_book& book, share_owner const& who) {
    return std::ranges::find(book, who, &share_holding::owner);
}

std::uint32_t burst_for(std::uint32_t rate, lane_whole const& whole) {
    return static_cast<std::uint32_t>((std::uint64_t{whole.burst} * rate + all_parts - 1) /
                                      all_parts);
}

// A quarter more than is needed now.
std::uint32_t ask_for(std::uint32_t need, std::uint32_t all, std::uint32_t multiple) {
    auto const more = std::max(std::uint64_t{need} + need / 4, std::uint64_t{1});
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(all, (more + multiple - 1) / multiple * multiple));
}

std::uint32_t steady(std::uint32_t before, std::uint32_t now) {
    return now > before + before / 4 ? now : before;
}

// What is asked for, in what there is too little of; else what is held.
lane_share ask(share_holding const& mine, lane_whole const& whole, share_stand const& by) {
    auto const all = all_of(whole);
    auto const& need = by.need;
    bool const has_none = !is_seated(mine, whole);
    auto wants = mine.held;
    if (has_none || need.slots > wants.slots)
        wants.slots =
            std::max(wants.slots, ask_for(need.slots, all.slots, std::max(all.slots / 16, 1u)));
    if (whole.has_rate() && (has_none || need.rate > wants.rate || need.burst > wants.burst)) {
        wants.rate = std::max(wants.rate, ask_for(need.rate, all.rate, step));
        wants.burst = std::max(wants.burst, burst_for(wants.rate, whole));
    }
    // Who is still in want of what it asked for asks for no less: a wish that goes up and down with
    // every look would be written at every look.
    if (is_hungry(mine)) {
        wants.rate = steady(mine.wants.rate, wants.rate);
        wants.burst = steady(mine.wants.burst, wants.burst);
        wants.slots = steady(mine.wants.slots, wants.slots);
    }
    return wants;
}

lane_share demand_of(share_holding const& other) {
    return is_hungry(other) ? other.wants : other.held;
}

// Whether this one's seat is another's now.
bool leaves_seat(share_book const& book, lane_whole const& whole, share_stand const& by) {
    if (!by.is_at_rest && !by.has_had_turn) return false;
    std::size_t seated = 0;
    std::size_t waiting = 0;
    for (auto const& one : book) {
        if (is_seated(one, whole)) {
            ++seated;
        } else if (one.owner != by.me && is_hungry(one)) {
            ++waiting;
        }
    }
    auto const all = all_of(whole);
    auto const seats = whole.has_rate() ? std::min(all.slots, all.burst) : all.slots;
    return waiting > 0 && seated >= seats;
}

// More is held than there is, since the whole became smaller.
bool is_over(share_book const& book, lane_whole const& whole) {
    auto const all = all_of(whole);
    std::uint64_t rate = 0;
    std::uint64_t burst = 0;
    std::uint64_t slots = 0;
    for (auto const& one : book) {
        rate += one.held.rate;
        burst += one.held.burst;
        slots += one.held.slots;
    }
    return rate > all.rate || burst > all.burst || slots > all.slots;
}

// While nobody is in want: up to the equal part of what is free, so that the first calls of a busy
// time need not ask again.
void top_up(share_holding& one, lane_share& free, lane_whole const& whole, std::size_t members) {
    auto const all = all_of(whole);
    auto const take = [&](auto field) {
        auto const equal =
            static_cast<std::uint32_t>(all.*field / std::max<std::size_t>(members, 1));
        auto const more = std::min(free.*field, equal - std::min(equal, one.held.*field));
        one.held.*field += more;
        free.*field -= more;
    };
    take(&lane_share::slots);
    take(&lane_share::rate);
    take(&lane_share::burst);
}

// How much of `held` goes to others: what they lack, and what is held above the whole.
template <class Field>
std::uint32_t to_give(Field field, share_book const& book, lane_share const& all,
                      std::vector<lane_share> const& fair, std::size_t mine) {
    std::int64_t lack = -std::int64_t{all.*field};
    for (std::size_t i = 0; i < book.size(); ++i) {
        auto const held = std::int64_t{book[i].held.*field};
        lack += held;
        if (i != mine) lack += std::max<std::int64_t>(0, std::int64_t{fair[i].*field} - held);
    }
    auto const excess = std::int64_t{book[mine].held.*field} - std::int64_t{fair[mine].*field};
    return static_cast<std::uint32_t>(std::max<std::int64_t>(0, std::min(excess, lack)));
}

} // namespace

lane_share left_to(share_book const& book, lane_whole const& whole, share_stand const& by) {
    auto const found = std::ranges::find(book, by.me, &share_holding::owner);
    if (found == book.end()) return {};
    auto const mine = static_cast<std::size_t>(found - book.begin());
    auto const all = all_of(whole);
    auto const& held = found->held;
    std::vector<lane_share> demands;
    for (auto const& one : book)
        demands.push_back(demand_of(one));
    demands[mine] = by.need;
    if (by.need != lane_share{} && whole.has_rate()) {
        demands[mine].rate = std::min(all.rate, by.need.rate + slack);
        demands[mine].burst = std::max(by.need.burst, burst_for(demands[mine].rate, whole));
    }
    bool const leaves = is_seated(*found, whole) && leaves_seat(book, whole, by);
    if (leaves) demands[mine] = {};
    // Who has no work keeps nothing from those who have: what they want is only what they know of
    // by now.
    auto const is_other_hungry = [&](auto const& one) {
        return one.owner != by.me && is_hungry(one);
    };
    if (by.need == lane_share{} && std::ranges::any_of(book, is_other_hungry)) return {};
    auto const fair = fair_shares(book, whole, demands);
    lane_share give{to_give(&lane_share::rate, book, all, fair, mine),
                    to_give(&lane_share::burst, book, all, fair, mine),
                    to_give(&lane_share::slots, book, all, fair, mine)};
    bool const stays = fair[mine] != lane_share{};
    if (stays && give.rate < least_move && give.burst * 4 < held.burst && !is_over(book, whole))
        give.rate = give.burst = 0;
    if (stays && give.slots * 50 < held.slots && !is_over(book, whole)) give.slots = 0;
    lane_share const keep{held.rate - give.rate, held.burst - give.burst, held.slots - give.slots};
    return is_usable(keep, whole.has_rate()) && !leaves ? keep : lane_share{};
}

share_book hand_out(share_book book, lane_whole const& whole, share_stand const& by,
                    share_change const& change) {
    bool const needs_any = by.need != lane_share{};
    auto mine = find(book, by.me);
    if (mine == book.end()) {
        if (!needs_any) return book;
        share_holding fresh;
        fresh.owner = by.me;
        mine = book.insert(book.end(), fresh);
    } else if (is_seated(*mine, whole) && !is_usable(change.keep, whole.has_rate())) {
        std::rotate(mine, mine + 1, book.end()); // it had its turn
        mine = book.end() - 1;
    }
    mine->held = change.keep;
    bool const wants_more = needs_any && (exceeds(by.need, mine->held) || !is_seated(*mine, whole));
    mine->wants = wants_more ? ask(*mine, whole, by) : lane_share{};

    std::vector<lane_share> demands;
    for (auto const& one : book)
        demands.push_back(demand_of(one));
    std::vector<bool> has_asked;
    for (auto const& one : book)
        has_asked.push_back(is_hungry(one));
    auto const fair = fair_shares(book, whole, demands);
    auto free = free_of(book, whole);
    auto tokens = change.tokens;
    for (std::size_t i = 0; i < book.size(); ++i) {
        auto& one = book[i];
        auto after = one.held;
        lane_share const lacks{fair[i].rate - std::min(fair[i].rate, one.held.rate),
                               fair[i].burst - std::min(fair[i].burst, one.held.burst),
                               fair[i].slots - std::min(fair[i].slots, one.held.slots)};
        auto const more = lesser_of(lacks, free);
        after.rate += more.rate;
        after.burst += more.burst;
        after.slots += more.slots;
        if (more == lane_share{} || !is_usable(after, whole.has_rate())) continue;
        one.held = after;
        free = {free.rate - more.rate, free.burst - more.burst, free.slots - more.slots};
        auto const given = std::min<std::uint64_t>(tokens, more.burst);
        one.tokens += given;
        tokens -= given;
    }
    if (!exceeds(by.need, mine->held)) mine->wants = {};
    if (std::ranges::none_of(book, is_hungry)) {
        for (std::size_t i = 0; i < book.size(); ++i)
            if (has_asked[i] && is_seated(book[i], whole)) top_up(book[i], free, whole, by.members);
    }
    if (change.is_new) mine->tokens = mine->held.burst;
    if (mine->held == lane_share{} && mine->wants == lane_share{}) book.erase(mine);
    return book;
}

} // namespace sluice::queue
