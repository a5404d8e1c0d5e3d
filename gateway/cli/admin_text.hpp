// What the operator's commands print: the admin listener's JSON as lines for a person, the id
// first. Pure; any thread.
#pragma once

#include "gateway/cli/when.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>

namespace sluice::gateway::cli {

// "paused by anna", "rate in 3s": what beside its time holds a task that waits; empty where nothing
// does. Of several what nobody knows the end of.
std::string gates_text(boost::json::value const& task, time_style const& when);
// Why it is dead, who cancelled it, or how its last attempt failed where another follows.
std::string reason_text(boost::json::value const& task);
// How many were made, those before a redrive too.
std::uint64_t attempts_of(boost::json::value const& task);
// "<id>  dead        crm  163  attempts 3  finished 2026-…  HTTP 404"
std::string task_line(boost::json::value const& task);
// "flowing", or what holds its tasks: "paused by anna, breaker open".
std::string held_text(boost::json::value const& destination);
// "crm  paused by anna  scheduled 0  ready 4  in flight 0  retry 0  dead 1  tokens 3 of 50"
std::string destination_line(boost::json::value const& destination);
// Every member on a line of its own; of a destination its state in the words of the lists, of a
// task its attempts below.
std::string object_text(boost::json::value const& of);
std::string destination_text(boost::json::value const& destination);
std::string task_text(boost::json::value const& task);
std::string explanation_text(boost::json::value const& why);
// How many tasks a job is about; 0 where it runs and nobody has counted them.
std::uint64_t whole_of_job(boost::json::value const& job);
// "3 of 5", or "3 so far" where nobody knows of how many.
std::string job_progress(boost::json::value const& job);
// "redrive: 5 matched, 5 done, 0 refused", and where to look when it goes on.
std::string job_text(boost::json::value const& job);
// "no answer from gw-2, gw-3": gateways of a cluster, of a list or a refusal. Empty where all
// answered.
std::string missing_text(boost::json::value const& answer);

} // namespace sluice::gateway::cli
