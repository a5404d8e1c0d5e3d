// What an admin call asks for, read from its query or its JSON body and checked: filters, pages,
// bulk operations, kinds of events. Pure; any thread.
#pragma once

#include "gateway/admin/content_filter.hpp"
#include "gateway/admin/events_json.hpp"
#include "gateway/call/refusal.hpp"
#include "queue/core/task_filter.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::admin {

// Where a page begins: behind a task that is in the engine, or one that is in the history.
struct page_cursor {
    bool is_history = false;
    queue::task_id after; // nil: at the beginning
};
std::string to_text(page_cursor const& cursor); // as `cursor` in a query takes it

struct page_request {
    queue::task_filter filter;
    content_question contents;
    std::optional<queue::task_id> only; // `webhook_id` may be this task's own id
    page_cursor cursor;
    std::size_t limit = 50;
};
inline constexpr std::size_t most_on_a_page = 500;

// `finished`: those that can be sent anew, where nothing else is said the delivered ones.
enum class task_list : std::uint8_t { all, dead, finished };

// `destination`, `account`, `from`, `to`, `reason`, `order_key`, `limit`, `cursor`, and of all
// tasks `state` (one, several by commas, or repeated). The times of dead tasks are those of their
// deaths. And what content_question looks for. Refusals: 400; 422 with every error, a parameter
// that is not known among them.
call::checked<page_request> read_page_request(std::string_view query, task_list of);

// {"ids":[…]} or a filter as above ({"state":[…]} of tasks to cancel), or {"all":true}; "rate":
// so many a second. Where a person saw a list first, "before" is when (what came later is left
// alone) and "expected" how many it had (where more match, nothing is done). "dry_run": true only
// counts. "by", who asks, is for actor_of to read.
struct bulk_request {
    std::vector<queue::task_id> ids; // each once; empty: the filter counts
    bool is_named = false;           // by whoever calls: of a cluster they may be elsewhere
    queue::task_filter filter;
    content_question contents; // of finished tasks
    std::uint64_t rate = 0;    // 0: as fast as it goes
    std::optional<std::uint64_t> expected;
    bool is_dry_run = false; // only says how many there are
};
inline constexpr std::size_t most_ids = 1000;
inline constexpr std::uint64_t highest_rate = 1'000'000;

// Refusals: 400, 415 and 422; a body that names neither ids nor a filter nor all is 422.
call::checked<bulk_request> read_bulk_request(server::request const& req, task_list of);

struct event_request {
    event_set kinds = event_set::all();
    std::string destination; // empty: any
    std::size_t recent = 0;  // begin with so many of those that were kept
};
// `types` (by commas), `destination` and `recent`. Refusal: 422.
call::checked<event_request> read_event_request(std::string_view query);

} // namespace sluice::gateway::admin
