// The body of `POST /v1/tasks:batch` taken apart, and the answer with a result for each task.
// Pure; any thread.
#pragma once

#include "gateway/call/refusal.hpp"
#include "queue/core/task.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::endpoints {

struct batch_item {
    std::string_view json;              // one task, checked; points into the request's body
    std::string pointer;                // "/tasks/3", or "/3" for the fourth line of NDJSON
    std::optional<call::refusal> error; // this line is not JSON; the others stand
};

// `{"tasks":[…]}`, or one task a line (application/x-ndjson, application/jsonl). Refusals: 400,
// 415, 413 for more than `most` tasks, 422 for the wrong shape.
call::checked<std::vector<batch_item>> read_batch(server::request const& req, std::size_t most);

// {"results":[{"index":0,"id":"…"},{"index":1,"id":"<group>","ids":["…","…"]},
// {"index":2,"status":422,"errors":[…]}]}
class batch_results {
  public:
    // An entry that became these tasks; `id` is that of the only one, or of the group.
    void add_accepted(queue::task_id const& id, bool is_group,
                      std::span<queue::new_task const> tasks);
    // Returns what stands in it behind its index, for who joins several answers.
    std::string add_refused(call::refusal const& why);
    std::string text() &&;

  private:
    void begin();

    std::string out_ = "{\"results\":[";
    std::size_t index_ = 0;
};

} // namespace sluice::gateway::endpoints
