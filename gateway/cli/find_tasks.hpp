// Tasks by a filter, page after page. Main thread of a command.
#pragma once

#include "gateway/cli/verbs.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <string_view>

namespace sluice::gateway::cli {

struct found_tasks {
    boost::json::array tasks; // as the call tells them, the newest first
    boost::json::value next;  // null where there are no more
};

// Up to `limit` of what `list` ("/v1/tasks", "/v1/dead") has by the flags' filter; `states` where
// the flags name none, empty: any. A search that opens tasks one by one says on standard error, as
// long as somebody looks, how far it has come. Throws command_error.
found_tasks find_tasks(verb_call const& with, std::string_view list, std::string_view states,
                       std::size_t limit);

} // namespace sluice::gateway::cli
