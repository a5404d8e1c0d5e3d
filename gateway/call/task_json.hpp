// A task as `GET /v1/tasks/{id}` shows it, and its explanation. Appends JSON; any thread.
#pragma once

#include "queue/core/explanation.hpp"
#include "queue/core/task_details.hpp"

#include <string>
#include <string_view>

namespace sluice::gateway::call {

// {"id","state","destination","account","not_before","next_attempt_at","attempts":[{"n","at",
// "status"|"error","duration_ms","response"}],"result","dead_reason"}; also "group_id",
// "accepted_at", "expires_at", "finished_at" where they are set. To operators "held" says what
// beside its time holds a task that waits, as the "reasons" below; it is left out where nothing
// does. To operators answers are shown without the secrets and numbers that destinations echo in
// them.
enum class shown_to : bool { its_account, operators };
void append_task(std::string& out, queue::task_details const& task,
                 shown_to whom = shown_to::its_account);

// {"state","destination","next_attempt_at","ahead","reasons":[{"kind","until","by"}],"lane":{…}}:
// "lane" says how every gate of the destination stands, whether it holds this task or not:
// {"in_flight","limit","concurrency","adaptive","rate","breaker","gate","retry_budget"}.
void append_explanation(std::string& out, queue::explanation const& why,
                        std::string_view destination);

} // namespace sluice::gateway::call
