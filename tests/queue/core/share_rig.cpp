#include "tests/queue/core/share_rig.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace sluice::tests {

using queue::lane_share;
using queue::share_keeper;

namespace {

constexpr auto tick = 5ms;
constexpr auto lease = 3000ms;
constexpr auto margin = 300ms;

} // namespace

// A lane of one gateway, reduced to what limits are about.
struct share_rig::desk {
    lane_share may;
    queue::token_bucket bucket;
    std::uint32_t in_flight = 0;
    double a_second = 0;
    double coming = 0;
    std::uint64_t ready = 0;
    std::uint64_t sent = 0;
    std::uint64_t sent_in_all = 0;
    std::uint32_t peak = 0;
};

struct share_rig::destination {
    shared_destination is;
    double tokens = 0;
    mono_time filled_at{};
    std::uint32_t in_flight = 0;
    std::uint64_t sent = 0;
    mono_time settles_at{}; // nothing is judged until then: the whole has changed
};

struct share_rig::member {
    explicit member(queue::share_owner who)
        : me(who)
        , keeper(who) {}

    queue::share_owner me;
    share_keeper keeper;
    std::map<std::string, desk> desks;
    bool is_alive = true;
    bool is_fenced = false; // its epoch is not the log's any more, or it has said good-bye
    mono_time wakes_at{};
    mono_time mended_at{};
    mono_time renewed_at{};
    mono_time next_round{};
    mono_time last_round{};
    bool is_busy = false; // in a round
    int round = 0;
};

share_rig::share_rig(std::uint64_t seed, std::vector<shared_destination> destinations,
                     share_bug bug)
    : random_(seed)
    , bug_(bug)
    , seed_(seed) {
    for (auto& each : destinations) {
        auto made = std::make_unique<destination>();
        made->tokens = each.whole.burst;
        made->filled_at = now_;
        made->is = each;
        destinations_.emplace(each.name, std::move(made));
    }
}

share_rig::~share_rig() = default;

void share_rig::violate(std::string what) {
    if (violations_.size() < 10)
        violations_.push_back("seed " + std::to_string(seed_) + ": " + std::move(what));
}

// Once the member is awake; never where it is gone.
void share_rig::tell(member& m, std::function<void()> act) {
    if (!m.is_alive) return;
    if (now_ >= m.wakes_at) return act();
    after(std::chrono::ceil<std::chrono::milliseconds>(m.wakes_at - now_) + tick,
          [this, &m, act] { tell(m, act); });
}

// --- members ------------------------------------------------------------------------------------

std::size_t share_rig::start() {
    auto const log = static_cast<std::uint32_t>(members_.size() + 1);
    members_.push_back(std::make_unique<member>(queue::share_owner{log, 1}));
    auto& m = *members_.back();
    m.renewed_at = now_;
    for (auto const& [name, to] : destinations_) {
        auto& bucket = m.desks[name].bucket;
        auto const& whole = to->is.whole;
        if (whole.has_rate()) bucket.reshape({static_cast<std::uint64_t>(whole.rate), 1s, 0}, now_);
    }
    return members_.size() - 1;
}

void share_rig::kill(std::size_t n) {
    members_[n]->is_alive = false;
}

void share_rig::stop(std::size_t n) {
    auto& m = *members_[n];
    m.is_alive = false;
    m.is_fenced = true;
    for (auto& [name, d] : m.desks)
        destinations_.at(name)->in_flight -= d.in_flight;
}

void share_rig::freeze(std::size_t n, std::chrono::milliseconds time) {
    members_[n]->wakes_at = now_ + time;
}

void share_rig::cut(std::size_t n, std::chrono::milliseconds time) {
    members_[n]->mended_at = now_ + time;
}

bool share_rig::is_up(std::size_t n) const {
    return members_[n]->is_alive && !members_[n]->is_fenced;
}

void share_rig::demand(std::size_t n, std::string const& name, double a_second) {
    members_[n]->desks.at(name).a_second = a_second;
}

void share_rig::change(std::string const& name, queue::lane_whole whole) {
    auto& d = *destinations_.at(name);
    d.is.whole = whole;
    d.tokens = std::min<double>(d.tokens, whole.burst);
    d.settles_at = now_ + 5s;
}

bool share_rig::may_send(member const& m) const {
    return m.is_alive && !m.is_fenced && now_ >= m.wakes_at && now_ < m.renewed_at + lease - margin;
}

// --- time ---------------------------------------------------------------------------------------

void share_rig::run(std::chrono::milliseconds time) {
    for (auto const end = now_ + time; now_ < end && violations_.empty();)
        step();
}

void share_rig::step() {
    now_ += tick;
    std::vector<later> due;
    std::erase_if(later_, [&](later& each) {
        if (each.at > now_) return false;
        due.push_back(std::move(each));
        return true;
    });
    for (auto& each : due)
        each.act();
    for (auto const& m : members_) {
        if (!m->is_fenced && now_ - m->renewed_at >= lease) {
            m->is_fenced = true; // what it had under way is nobody's any more
            for (auto& [name, d] : m->desks)
                destinations_.at(name)->in_flight -= d.in_flight;
        }
        go_on(*m);
    }
}

void share_rig::go_on(member& m) {
    if (!m.is_alive || m.is_fenced || now_ < m.wakes_at) return;
    bool const is_reachable = now_ >= m.mended_at;
    if (is_reachable) m.renewed_at = now_;
    send(m);
    if (!m.is_busy && (now_ >= m.next_round)) begin_round(m);
}

// What the living hold by the books together.
void share_rig::check_books() {
    for (auto const& [name, row] : table_) {
        if (row.version == 0 || now_ < destinations_.at(name)->settles_at) continue;
        auto book = queue::read_book(row.book);
        if (!book) return violate("a book that cannot be read: " + row.book);
        std::erase_if(*book,
                      [&](auto const& one) { return members_[one.owner.log - 1]->is_fenced; });
        auto const all = queue::all_of(destinations_.at(name)->is.whole);
        lane_share sum;
        for (auto const& one : *book) {
            sum.rate += one.held.rate;
            sum.burst += one.held.burst;
            sum.slots += one.held.slots;
        }
        if (queue::lesser_of(sum, all) != sum) violate("more is held than there is: " + row.book);
    }
}

// --- a round ------------------------------------------------------------------------------------

void share_rig::begin_round(member& m) {
    auto const asked = m.keeper.report(report(m), now_);
    m.next_round = m.keeper.next_round(now_);
    m.last_round = now_;
    if (asked.empty() || now_ < m.mended_at) return;
    m.is_busy = true;
    after(some(10), [this, &m, asked] { take_look(m, asked); });
}

void share_rig::take_look(member& m, std::vector<share_keeper::question> const& asked) {
    ++statements_;
    std::vector<share_keeper::answer> found;
    for (auto const& each : asked) {
        auto const& row = table_[each.name];
        if (row.version != each.version) found.push_back({each.name, row.version, row.book});
    }
    std::set<queue::share_owner> living;
    for (auto const& each : members_)
        if (!each->is_fenced) living.insert(each->me);
    if (is_unlucky()) {
        m.is_busy = false;
        m.keeper.forget_versions();
        return;
    }
    auto const come = [this, &m, found, living] {
        auto const& orders = m.keeper.look(found, living, now_);
        auto const held = orders;
        // Planted: what is to be used less is not yet.
        auto done =
            bug_ == share_bug::stock ? std::vector<queue::lane_held>(held.size()) : obey(m, held);
        if (bug_ == share_bug::under_way)
            for (auto& each : done)
                each.in_flight = 0;
        auto const entries = m.keeper.settle(done);
        if (entries.empty()) {
            m.is_busy = false;
            if (bug_ == share_bug::stock) obey(m, held);
            m.next_round = m.keeper.next_round(now_);
            return;
        }
        write(m, entries);
        if (bug_ == share_bug::stock) after(300ms, [this, &m, held] { obey(m, held); });
    };
    after(some(15), [this, &m, come] { tell(m, come); });
}

// Longer than a late write is on its way, and than any bucket here needs to be full again.
void share_rig::drop_unused() {
    dropped_ += std::erase_if(table_, [&](auto const& each) {
        auto const& row = each.second;
        if (row.version == 0 || now_ - row.changed_at < 5s) return false;
        auto book = queue::read_book(row.book);
        return book && std::ranges::all_of(*book, [&](auto const& one) {
                   return members_[one.owner.log - 1]->is_fenced;
               });
    });
}

share_keeper::versions share_rig::carry_out(std::vector<share_keeper::entry> const& entries) {
    ++statements_;
    ++writes_;
    share_keeper::versions written;
    for (auto const& each : entries) {
        auto& row = table_[each.name];
        if (row.version != each.seen) continue;
        auto const first = std::chrono::microseconds(now_.time_since_epoch()).count();
        row = {row.version == 0 ? first : row.version + 1, each.book, now_};
        written.emplace(each.name, row.version);
    }
    check_books();
    return written;
}

void share_rig::write(member& m, std::vector<share_keeper::entry> const& entries) {
    auto const end = [this, &m] {
        m.is_busy = false;
        m.next_round = m.keeper.next_round(now_);
    };
    if (is_unlucky()) {
        // Lost on the way there, on the way back, or carried out when nobody waits any more.
        if (random_() % 3 != 0) {
            after(some(random_() % 2 ? 4000 : 100), [this, entries] { carry_out(entries); });
        }
        auto const give_up = [&m, end] {
            m.keeper.lost();
            m.keeper.forget_versions();
            end();
        };
        after(some(300), [this, &m, give_up] { tell(m, give_up); });
        return;
    }
    after(some(10), [this, &m, entries, end] {
        auto const written = carry_out(entries);
        auto const come = [this, &m, written, end] {
            obey(m, m.keeper.wrote(written, now_));
            end();
        };
        after(some(10), [this, &m, come] { tell(m, come); });
    });
}

// --- the lanes ----------------------------------------------------------------------------------

std::vector<queue::lane_held> share_rig::obey(member& m,
                                              std::vector<queue::lane_order> const& orders) {
    std::vector<queue::lane_held> done;
    for (auto const& order : orders) {
        auto& d = m.desks.at(order.name);
        auto const& whole = destinations_.at(order.name)->is.whole;
        queue::lane_held held;
        held.in_flight = d.in_flight;
        d.may = order.share;
        if (whole.has_rate()) {
            bool const is_usable = queue::is_usable(d.may, true);
            auto const rate = static_cast<std::uint64_t>(whole.rate);
            auto const had = d.bucket.tokens_at(now_);
            if (is_usable) {
                d.bucket.reshape({rate * d.may.rate, 1s * queue::all_parts, d.may.burst}, now_);
                if (bug_ == share_bug::minted) d.bucket.add(d.may.burst, now_);
            } else {
                d.bucket.reshape({rate, 1s, 0}, now_);
            }
            held.lost = had - std::min(had, d.bucket.tokens_at(now_));
            d.bucket.add(order.tokens, now_);
        }
        done.push_back(held);
    }
    return done;
}

std::vector<queue::lane_report> share_rig::report(member& m) {
    std::vector<queue::lane_report> all;
    for (auto& [name, d] : m.desks) {
        auto const& whole = destinations_.at(name)->is.whole;
        queue::lane_use use;
        use.sent = std::exchange(d.sent, 0);
        use.in_flight = d.in_flight;
        use.most_in_flight = std::exchange(d.peak, d.in_flight);
        use.ready = d.ready;
        bool const is_usable = queue::is_usable(d.may, whole.has_rate());
        bool const is_full = d.in_flight >= d.may.slots;
        use.lacks_slots = d.ready > 0 && (!is_usable || is_full);
        use.lacks_rate = d.ready > 0 && (!is_usable || (!is_full && whole.has_rate()));
        all.push_back({name, whole, use});
    }
    return all;
}

void share_rig::send(member& m) {
    for (auto& [name, d] : m.desks) {
        d.coming += d.a_second * std::chrono::duration<double>(tick).count();
        auto const come = static_cast<std::uint64_t>(d.coming);
        d.coming -= static_cast<double>(come);
        d.ready = std::min<std::uint64_t>(d.ready + come, 5000);
        auto& to = *destinations_.at(name);
        auto const& whole = to.is.whole;
        if (d.ready > 0 && !queue::is_usable(d.may, whole.has_rate()))
            m.next_round = std::min(m.next_round, m.last_round + 50ms);
        while (d.ready > 0 && may_send(m) && queue::is_usable(d.may, whole.has_rate()) &&
               d.in_flight < d.may.slots) {
            if (whole.has_rate()) {
                if (d.bucket.ready_at(now_) > now_) break;
                d.bucket.take(now_);
                std::chrono::duration<double> const passed = now_ - to.filled_at;
                to.tokens = std::min<double>(whole.burst, to.tokens + whole.rate * passed.count());
                to.filled_at = now_;
                if (to.tokens < 1 - 1e-6 && now_ >= to.settles_at)
                    violate(name + ": faster than its rate");
                to.tokens -= 1;
            }
            --d.ready;
            ++d.sent;
            ++d.sent_in_all;
            ++to.sent;
            d.peak = std::max(d.peak, ++d.in_flight);
            ++to.in_flight;
            if (to.in_flight > whole.slots && now_ >= to.settles_at)
                violate(name + ": more at once than its slots");
            auto const latency =
                to.is.latency / 2 + some(static_cast<unsigned>(to.is.latency.count()) + 1);
            after(latency, [&m, &d, &to] {
                --d.in_flight;
                if (!m.is_fenced) --to.in_flight;
            });
        }
    }
}

std::uint64_t share_rig::sent(std::string const& name) const {
    return destinations_.at(name)->sent;
}

std::uint64_t share_rig::sent(std::size_t n, std::string const& name) const {
    return members_[n]->desks.at(name).sent_in_all;
}

} // namespace sluice::tests
