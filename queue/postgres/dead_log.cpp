#include "queue/postgres/dead_log.hpp"

#include "queue/core/order_slot.hpp"
#include "queue/core/task_keys.hpp"
#include "queue/journal/crc32c.hpp"
#include "queue/journal/journal_error.hpp"
#include "queue/journal/record_codec.hpp"
#include "queue/journal/segment_reader.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <compare>
#include <optional>
#include <utility>

namespace sluice::queue::postgres {

using boost::system::result;

namespace {

// Nothing of the log is freed while it is read.
class no_release final : public release_sink {
  public:
    void on_live(location) override {}
    void on_released(location) override {}
};

// What may stay in memory: the dead member held all of it as well.
engine_options fold_options() {
    engine_options options;
    options.max_tasks = options.max_payload_bytes = ~std::uint64_t{0} >> 1;
    return options;
}

// The tasks of one slot of order keys stay in one slice, because the slot gets the adopter as its
// home; so do those that travel in one request, because its members must be sent again as identical
// bytes.
std::uint64_t together(task_view const& task) {
    auto const* const extras = task.extras;
    if (extras && !extras->order_key.empty()) return order_slot_of(extras->order_key);
    if (extras && extras->batch != 0) return extras->batch;
    return task_id_hash{}(task.id);
}

// By what must stay together, so that whoever reads the log cuts it in the same places; within one
// order by turn, because each is taken over as if it had just been accepted.
struct live_place {
    std::uint64_t group = 0;
    std::uint64_t turn = 0;
    task_id id;

    friend auto operator<=>(live_place const&, live_place const&) = default;
};

// Fills slices one after the other.
class slice_cutter {
  public:
    slice_cutter(slice_limits const& limits, std::vector<foreign_slice>& to)
        : limits_(limits)
        , to_(to) {}

    // `may_begin`: a slice may end before this task.
    void add(foreign_task&& task, bool may_begin) {
        auto const size = task.what.task.payload.size();
        bool const is_full =
            filling_.tasks.size() >= limits_.tasks || bytes_ + size > limits_.bytes;
        if (is_full && may_begin) close();
        bytes_ += size;
        filling_.tasks.push_back(std::move(task));
    }
    void close() {
        if (!filling_.tasks.empty()) to_.push_back(std::move(filling_));
        filling_ = {};
        bytes_ = 0;
    }

  private:
    slice_limits const& limits_;
    std::vector<foreign_slice>& to_;
    foreign_slice filling_;
    std::uint64_t bytes_ = 0;
};

class fold {
  public:
    fold(job_worker& from, instant now)
        : from_(from)
        , now_(now)
        , state_(fold_options(), table_, released_) {}

    result<void> read(dead_log& into) {
        auto const listed = from_.run({list_job{}, 0});
        if (listed.error) return listed.error;
        for (auto const& entry : listed.entries) {
            if (entry.segment.kind != segment_kind::history) continue;
            if (auto const done = read_history(entry.segment); !done) return done;
        }
        replay_visitor visitor;
        visitor.on_record = [this](record&& r, sequence) { apply(std::move(r)); };
        visitor.expect = [this](task_id const& id) { state_.expect(id); };
        segment_table segments;
        auto tail = replay_journal(from_, listed.entries, table_, visitor, segments, into.report);
        if (tail.has_error()) return tail.error();
        if (!into.report.damages.empty()) return make_error_code(journal_errc::damaged);
        for (auto& r : tail->salvaged)
            apply(std::move(r));
        return {};
    }

    // The places are put in order, not the tasks, which are many times as large.
    std::uint64_t cut_live(slice_cutter to) {
        std::vector<live_place> places;
        auto const counts = state_.counts();
        places.reserve(counts.live() + counts.dead);
        state_.for_each([&](task_view const& view) {
            places.push_back({together(view), view.extras ? view.extras->order_turn : 0, view.id});
            return true;
        });
        std::ranges::sort(places);
        std::optional<std::uint64_t> last;
        for (auto const& place : places) {
            bool const may_begin = last != place.group;
            last = place.group;
            if (auto whole = state_.snapshot(place.id, 0))
                to.add(named(std::move(*whole)), may_begin);
        }
        to.close();
        return places.size();
    }

    std::uint64_t cut_finished(slice_cutter to) {
        std::uint64_t count = 0;
        for (auto const& id : order_) {
            auto const found = finished_.find(id);
            // A row that was kept ahead of its terminal record, which never came: it is live.
            if (found == finished_.end() || state_.find(id)) continue;
            auto task = named(std::move(found->second.task));
            task.end = std::move(found->second.end);
            finished_.erase(found);
            to.add(std::move(task), true);
            ++count;
        }
        to.close();
        return count;
    }

    std::vector<recorded_key> keys() {
        std::ranges::sort(keys_);
        return std::move(keys_);
    }

    std::vector<foreign_lane> lanes() {
        std::vector<lane_changed> stands;
        state_.repeat_lanes(now_, stands);
        std::vector<foreign_lane> all;
        for (auto& stand : stands) {
            std::string name(table_.lanes.name(stand.lane));
            all.push_back({std::move(stand), std::move(name)});
        }
        return all;
    }

  private:
    result<void> read_history(segment_ref const& ref) {
        auto const loaded = from_.run({load_job{ref}, 0});
        if (loaded.error) return loaded.error;
        auto const header = decode_header(loaded.content);
        if (header.has_error()) return header.error();
        segment_reader reader(loaded.content, header->salt, header->line_bytes,
                              [](journal_line const&) { return belief::yes; });
        for (auto item = reader.next(); item.what != segment_item::kind::end;
             item = reader.next()) {
            if (item.what != segment_item::kind::line || !is_kept(item.line)) continue;
            auto kept = decode_kept(item.line, item.body, table_);
            if (kept.has_error()) return kept.error();
            keep(std::move(*kept));
        }
        return {};
    }

    // Also of tasks that are nowhere any more: their calls were answered.
    void note_keys(new_task const& task) {
        for_each_key({&task, 1}, [this](idempotency const& key, bool is_content) {
            keys_.push_back(recorded({key.key, is_content}, key.answer));
            return true;
        });
    }

    void keep(kept_task&& kept) {
        note_keys(kept.task.task);
        auto const id = kept.end.id;
        kept.task.where = {};
        if (finished_.insert_or_assign(id, std::move(kept)).second) order_.push_back(id);
    }

    // Without a place the engine keeps a payload in memory, which is where a slice takes it from.
    void apply(record&& r) {
        if (auto* const task = std::get_if<accepted>(&r)) {
            task->where = {};
            note_keys(task->task);
        }
        auto const* const end = std::get_if<finished>(&r);
        if (end == nullptr || end->state == task_state::dead) {
            return state_.apply(std::move(r), now_);
        }
        auto const ended = *end;
        auto whole = state_.finish(ended, now_);
        if (whole && !finished_.contains(ended.id)) keep({std::move(*whole), ended, 0});
    }

    foreign_task named(accepted&& whole) {
        foreign_task task;
        task.lane = table_.lanes.name(whole.task.lane);
        task.account = table_.accounts.name(whole.task.account);
        task.what = std::move(whole);
        task.what.where = {};
        return task;
    }

    job_worker& from_;
    instant now_;
    names table_;
    no_release released_;
    engine state_;
    boost::unordered_flat_map<task_id, kept_task, task_id_hash> finished_;
    std::vector<recorded_key> keys_;
    std::vector<task_id> order_; // in which they ended
};

// Dead letters have no place in an order.
std::vector<std::uint16_t> order_slots_of(foreign_slice const& slice) {
    std::vector<std::uint16_t> slots;
    for (auto const& task : slice.tasks) {
        auto const& extras = task.what.task.extras;
        bool const is_keyed = extras && !extras->order_key.empty();
        if (!is_keyed || task.end || task.what.state == task_state::dead) continue;
        auto const slot = order_slot_of(extras->order_key);
        if (slots.empty() || slots.back() != slot) slots.push_back(slot);
    }
    return slots;
}

} // namespace

recorded_key recorded(claim_name const& name, std::string_view answer) {
    return {name, crc32c(answer)};
}

result<dead_log> read_dead_log(job_worker& from, std::uint32_t log, std::int64_t epoch, instant now,
                               slice_limits const& limits) {
    dead_log all;
    fold work(from, now);
    if (auto const done = work.read(all); !done) return done.error();
    all.lanes = work.lanes();
    all.keys = work.keys();
    all.tasks = work.cut_live({limits, all.slices});
    all.live_slices = all.slices.size();
    all.finished = work.cut_finished({limits, all.slices});
    for (std::uint32_t i = 0; i < all.slices.size(); ++i)
        all.slices[i].mark = {log, epoch, i, order_slots_of(all.slices[i])};
    return all;
}

} // namespace sluice::queue::postgres
