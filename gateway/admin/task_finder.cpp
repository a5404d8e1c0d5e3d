#include "gateway/admin/task_finder.hpp"

#include "queue/core/task_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace sluice::gateway::admin {

namespace {

constexpr std::size_t places_looked = 4096; // of the queue's tasks, in a turn of the core
constexpr std::size_t opened_at_once = 64;  // each may be read from the disk

using ids = std::vector<queue::task_id>;

call::refusal too_many() {
    return call::invalid("", fmt::format("More than {} tasks match or are to be looked into: "
                                         "narrow the filter.",
                                         task_finder::most_found));
}

} // namespace

struct task_finder::finding {
    queue::task_filter filter;
    bool opens_all = false; // also those of the queue: what they carry counts
    content_matcher fits;
    found_handler tell;
    std::optional<queue::task_page> page = {}; // used on the core's thread
    ids found = {};
    ids candidates = {}; // of the queue that are to be opened
    std::size_t begun = 0;
    queue::task_id behind = {};
    ids asked = {};
    std::vector<std::optional<queue::task_contents>> read = {};
    std::size_t missing = 0;
};

void task_finder::find(bulk_request const& which, found_handler tell) {
    if (findings_ >= most_findings)
        return tell(too_busy("As many searches as are allowed are under way."));
    ++findings_;
    auto const f = std::make_shared<finding>(
        finding{which.filter, !which.contents.is_empty(),
                content_matcher(which.contents, with_.current()), std::move(tell)});
    f->filter.states.has_held() ? walk(f) : look_back(f);
}

void task_finder::walk(finding_pointer const& f) {
    auto step = [f](queue::dispatcher& core, auto const& told) {
        if (!f->page) {
            f->page.emplace(queue::task_matcher(f->filter, core.table()), queue::task_id(),
                            most_found);
        }
        told(f->page->advance(core.state(), places_looked));
    };
    auto go_on = [this, f](bool is_over) {
        if (!is_over) return walk(f);
        // Those behind would be left out without a word.
        if (f->page->behind() > 0) return end(f, too_many());
        if (!f->opens_all) {
            f->found = f->page->take_ids();
            return look_back(f);
        }
        f->candidates = f->page->take_ids();
        open(f);
    };
    if (!call::ask_core(with_.port, step, go_on)) give_up(f);
}

void task_finder::look_back(finding_pointer const& f) {
    if (f->found.size() > most_found) return end(f, too_many());
    if (!f->filter.states.has_kept()) return end(f, std::move(f->found));
    auto list = [f](queue::dispatcher& core, auto const& told) {
        f->asked = core.newest_finished(opened_at_once, f->behind);
        told();
    };
    auto go_on = [this, f] { f->asked.empty() ? end(f, std::move(f->found)) : open(f); };
    if (!call::ask_core(with_.port, list, go_on)) give_up(f);
}

// Those of the queue first, then what look_back has listed.
void task_finder::open(finding_pointer const& f) {
    if (f->begun < f->candidates.size()) {
        auto const count = std::min(opened_at_once, f->candidates.size() - f->begun);
        auto const first = f->candidates.begin() + static_cast<std::ptrdiff_t>(f->begun);
        f->asked.assign(first, first + static_cast<std::ptrdiff_t>(count));
    }
    auto read = [f](queue::dispatcher& core, auto const& told) {
        f->read.assign(f->asked.size(), std::nullopt);
        f->missing = f->asked.size();
        if (f->missing == 0) return told();
        for (std::size_t i = 0; i < f->asked.size(); ++i) {
            core.open(f->asked[i], [f, i, told](std::optional<queue::task_contents> task) {
                f->read[i] = std::move(task);
                if (--f->missing == 0) told();
            });
        }
    };
    if (!call::ask_core(with_.port, read, [this, f] { take(f); })) give_up(f);
}

void task_finder::take(finding_pointer const& f) {
    bool const is_of_queue = f->begun < f->candidates.size();
    for (std::size_t i = 0; i < f->asked.size(); ++i) {
        auto const& task = f->read[i];
        if (!task) continue;
        queue::task_marks const marks{task->order_key, task->key.has_value(), task->batch};
        if (queue::matches(f->filter, task->details, marks) && (!f->opens_all || f->fits(*task)))
            f->found.push_back(f->asked[i]);
    }
    if (is_of_queue) {
        f->begun += f->asked.size();
        if (f->begun < f->candidates.size()) return open(f);
    } else if (!f->asked.empty()) {
        f->behind = f->asked.back();
    }
    look_back(f);
}

void task_finder::end(finding_pointer const& f, call::checked<ids> result) {
    --findings_;
    f->tell(std::move(result));
}

void task_finder::give_up(finding_pointer const& f) {
    end(f, call::refused_by(queue::errc::overloaded));
}

} // namespace sluice::gateway::admin
