#include "queue/core/share_keeper.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sluice::queue {

namespace {

using std::chrono::duration;

constexpr duration<double> memory{2.0}; // of what a lane sends
constexpr double forgetting = 0.3;      // a second, of how much it had in flight

std::uint32_t pieces(double wanted, std::uint32_t all) {
    if (!(wanted < all)) return all;
    return std::max(1u, static_cast<std::uint32_t>(std::ceil(wanted)));
}

} // namespace

share_keeper::share_keeper(share_owner me, share_keeper_options const& options)
    : me_(me)
    , options_(options) {}

// --- what the lanes did -------------------------------------------------------------------------

void share_keeper::measure(lane& l, lane_report const& report, mono_time now) {
    auto const& use = report.use;
    bool const is_first = l.reported_at == mono_time{};
    duration<double> const passed = is_first ? options_.period : now - l.reported_at;
    double const seconds = std::max(passed.count(), 1e-3);
    double const weight = std::min(1.0, passed / memory);
    l.sent_a_second += weight * (static_cast<double>(use.sent) / seconds - l.sent_a_second);
    l.slots *= 1 - forgetting * std::min(1.0, seconds);
    l.slots = std::max(l.slots, static_cast<double>(use.most_in_flight));
    l.whole = report.whole;
    l.use = use;
    l.is_known = true;
    l.has_sent |= use.sent > 0;
    l.reported_at = now;
    if (use.sent > 0 || use.in_flight > 0 || use.ready > 0) l.busy_at = now;
}

lane_share share_keeper::need_of(lane const& l, mono_time now) const {
    bool const is_idle = l.busy_at == mono_time::min() || now - l.busy_at >= options_.period;
    if (!l.is_known || is_idle) return {};
    auto const ready = static_cast<double>(l.use.ready);
    lane_share need;
    need.slots = pieces(l.slots + (l.use.lacks_slots ? ready : 0), l.whole.slots);
    if (!l.whole.has_rate()) return need;
    // What is in line is to be gone within a second.
    double const rate = l.sent_a_second + (l.use.lacks_rate ? ready : 0);
    need.rate = pieces(rate / l.whole.rate * all_parts, all_parts);
    need.burst = pieces(static_cast<double>(l.whole.burst) * need.rate / all_parts, l.whole.burst);
    return need;
}

bool share_keeper::is_in_want(lane const& l, mono_time now) const {
    return !is_usable(l.may, l.whole.has_rate()) && l.use.ready > 0 && need_of(l, now).slots > 0;
}

std::vector<share_keeper::question> share_keeper::report(std::vector<lane_report> const& reports,
                                                         mono_time now) {
    now_ = now;
    for (auto& [name, l] : lanes_) {
        l.is_known = l.is_asked = false;
        l.use = {};
    }
    for (auto const& one : reports)
        measure(lanes_[one.name], one, now);
    bool const is_full = now >= next_full_;
    if (is_full) next_full_ = now + options_.period;
    std::vector<question> ask;
    for (auto it = lanes_.begin(); it != lanes_.end();) {
        auto& [name, l] = *it;
        bool const holds = l.may != lane_share{} || l.base != lane_share{} || l.in_doubt ||
                           mine_in(l.book) != nullptr;
        if (!holds && need_of(l, now) == lane_share{}) {
            it = is_full ? lanes_.erase(it) : std::next(it);
            continue;
        }
        if (is_full || l.is_pressing || is_in_want(l, now)) {
            l.is_asked = true;
            ask.push_back({name, l.is_stale ? -1 : l.version});
        }
        ++it;
    }
    return ask;
}

// --- what the books say -------------------------------------------------------------------------

share_holding const* share_keeper::mine_in(share_book const& book) const {
    auto const found = std::ranges::find(book, me_, &share_holding::owner);
    return found == book.end() ? nullptr : &*found;
}

share_stand share_keeper::stand_of(lane const& l) const {
    share_stand stand;
    stand.me = me_;
    stand.members = members_;
    stand.need = need_of(l, now_);
    stand.is_at_rest = l.use.ready == 0 && l.use.in_flight == 0;
    // A seat that was just given is not that of the last turn.
    bool const sits = is_usable(l.may, l.whole.has_rate()) || l.is_draining;
    stand.has_had_turn = sits && l.has_sent && now_ - l.seated_at >= options_.turn;
    return stand;
}

// What is ours by the book, of which this version was seen, and without the dead.
void share_keeper::read(lane& l, std::int64_t seen, std::set<share_owner> const& living) {
    l.must_write = false;
    std::erase_if(l.book, [&](auto const& one) { return !living.contains(one.owner); });
    auto const* const mine = mine_in(l.book);
    l.base = mine != nullptr ? mine->held : lane_share{};
    if (mine == nullptr) l.tokens_taken = l.spare = 0;
    if (l.in_doubt && seen > l.in_doubt->version) l.in_doubt.reset();
    if (l.in_doubt) {
        l.base = lesser_of(l.base, l.in_doubt->held);
        l.must_write = true; // what is late finds another version then
    }
    // A standby leads that lacks what was written: somebody may hold what it does not show.
    if (seen < l.version) {
        l.base = lesser_of(l.base, l.may);
        l.spare = 0;
        l.must_write = true;
    }
    l.version = seen;
}

void share_keeper::plan(std::string const& name, lane& l) {
    auto live = l.book;
    for (auto& one : live)
        if (one.owner == me_) one.held = l.base;
    l.keep = l.is_known && is_living_ ? left_to(live, l.whole, stand_of(l)) : lane_share{};
    auto order = allow(name, l, l.keep, l.book);
    // Who gives slots up says how many are still in use.
    if (!order && l.keep.slots < l.base.slots) order = lane_order{name, l.keep, 0};
    l.order.reset();
    if (!order) return;
    l.order = orders_.size();
    orders_.push_back(std::move(*order));
}

std::optional<lane_order> share_keeper::allow(std::string const& name, lane& l,
                                              lane_share const& share, share_book const& book) {
    auto const* const mine = mine_in(book);
    auto const given = mine != nullptr ? mine->tokens : 0;
    auto tokens = given - std::min(given, l.tokens_taken);
    l.tokens_taken = given;
    // What it was to give up and keeps after all comes back with its tokens.
    if (share.burst > l.may.burst) tokens += std::exchange(l.spare, 0);
    bool const has_rate = l.whole.has_rate();
    if (is_usable(share, has_rate) && !is_usable(l.may, has_rate)) {
        l.seated_at = now_;
        l.has_sent = false;
    }
    bool const is_new = share != l.may || (tokens > 0 && share.burst > 0);
    l.may = share;
    if (!is_new) return std::nullopt;
    return lane_order{name, share, tokens};
}

std::vector<lane_order> const& share_keeper::look(std::vector<answer> const& found,
                                                  std::set<share_owner> const& living,
                                                  mono_time now) {
    now_ = now;
    orders_.clear();
    members_ = std::max<std::size_t>(living.size(), 1);
    is_living_ = living.contains(me_);
    std::map<std::string_view, answer const*> news;
    for (auto const& one : found)
        news.emplace(one.name, &one);
    for (auto& [name, l] : lanes_) {
        if (!l.is_asked) continue;
        auto seen = l.version;
        if (auto const it = news.find(name); it != news.end()) {
            bool const is_there = it->second->version > 0;
            auto book = is_there ? read_book(it->second->book) : std::optional(share_book{});
            // Nothing is done with what cannot be read; what was held is held on.
            l.is_asked = book.has_value();
            if (!book) continue;
            l.book = std::move(*book);
            seen = it->second->version;
            l.was_there |= is_there;
            l.is_stale = false;
        }
        read(l, seen, living);
        plan(name, l);
    }
    return orders_;
}

std::vector<share_keeper::entry> share_keeper::settle(std::span<lane_held const> done) {
    std::vector<entry> writes;
    for (auto& [name, l] : lanes_) {
        if (!l.is_asked) continue;
        l.next.reset();
        l.is_draining = l.is_pressing = false;
        if (!is_living_) continue;
        share_change change{l.keep, 0, !l.was_there};
        if (l.order) {
            auto const& now = done[*l.order];
            l.spare += now.lost;
            // What is under way is held until it has ended.
            change.keep.slots = std::max(l.keep.slots, std::min(now.in_flight, l.base.slots));
            l.is_draining = l.is_pressing = change.keep.slots > l.keep.slots;
        }
        l.spare =
            std::min<std::uint64_t>(l.spare, l.base.burst - std::min(l.base.burst, l.keep.burst));
        change.tokens = l.spare;
        auto next = hand_out(l.book, l.whole, stand_of(l), change);
        if (!l.must_write && next == l.book) continue;
        writes.push_back({name, l.version, write_book(next)});
        l.next = std::move(next);
    }
    return writes;
}

std::vector<lane_order> share_keeper::wrote(versions const& written, mono_time now) {
    now_ = now;
    std::vector<lane_order> orders;
    for (auto& [name, l] : lanes_) {
        if (!l.is_asked || !l.next) continue;
        auto const version = written.find(name);
        if (version == written.end()) {
            l.is_pressing = true; // somebody was faster
            continue;
        }
        l.book = std::move(*l.next);
        l.version = version->second;
        l.spare = 0;
        l.was_there = true;
        l.in_doubt.reset();
        auto const* const mine = mine_in(l.book);
        l.base = mine != nullptr ? mine->held : lane_share{};
        auto const share = l.is_draining ? l.keep : l.base;
        if (auto order =
                allow(name, l, is_usable(share, l.whole.has_rate()) ? share : lane_share{}, l.book))
            orders.push_back(std::move(*order));
        if (mine == nullptr) l.tokens_taken = 0;
    }
    return orders;
}

void share_keeper::lost() {
    for (auto& [name, l] : lanes_) {
        if (!l.is_asked || !l.next) continue;
        auto const* const mine = mine_in(*l.next);
        auto const held = mine != nullptr ? mine->held : lane_share{};
        if (l.in_doubt) {
            l.in_doubt =
                doubt{std::max(l.version, l.in_doubt->version), lesser_of(held, l.in_doubt->held)};
        } else {
            l.in_doubt = doubt{l.version, held};
        }
        l.spare = 0; // others may have them
        l.is_pressing = true;
    }
}

// --- when ---------------------------------------------------------------------------------------

std::vector<std::string> share_keeper::held() const {
    std::vector<std::string> names;
    for (auto const& [name, l] : lanes_)
        if (l.may != lane_share{} || l.base != lane_share{}) names.push_back(name);
    return names;
}

mono_time share_keeper::next_round(mono_time now) const {
    auto const presses = [&](auto const& each) {
        return each.second.is_pressing || is_in_want(each.second, now);
    };
    if (std::ranges::any_of(lanes_, presses)) return std::min(next_full_, now + options_.in_want);
    return next_full_;
}

void share_keeper::forget_versions() {
    for (auto& [name, l] : lanes_)
        l.is_stale = true;
}

} // namespace sluice::queue
