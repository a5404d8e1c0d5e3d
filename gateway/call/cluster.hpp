// How a call is answered by all gateways of a cluster. The seam between the endpoints, which know
// what is asked, and gateway/cluster, which asks the other gateways and joins their answers.
// Without a cluster there is none: endpoints hold a null pointer and answer by themselves.
#pragma once

#include "codecs/media_type.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/server/exchange.hpp"
#include "queue/core/task_id.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace sluice::gateway::call {

// Whom a call concerns, and so how the answers of several gateways become one.
enum class spread : std::uint8_t {
    here,         // nobody else is asked
    task,         // one task: the answer is that of the gateway that has it
    group,        // the tasks of a group, wherever they are
    tasks,        // a page of tasks, the newest first
    destinations, // each with the sums of all gateways
    destination,  // one of them
    lane_change, // a destination is paused or resumed: the shared table says so before all are told
    bulk,        // a job at each gateway, under one number
    jobs,        // all jobs, parts with one number joined
    job,         // one of them
    dead_groups, // dead letters counted by destination and reason
    figures      // rates and what waits, over a time
};

enum class listener_kind : bool { open_to_callers, admin };

struct cluster_question {
    spread how = spread::task;
    listener_kind from = listener_kind::open_to_callers; // whose call it is
    // The account's id; of an admin call who changes something, as the journal names them.
    std::string caller;
    queue::task_id id;          // of one task, or of a group
    bool shows_contents = true; // of an admin call: whoever asks may see what tasks hold
    codecs::media_kind format = codecs::media_kind::json; // of the answer
    std::string base = {}; // the path that the listener stands under, for a Location
    // What must be done before anybody is asked: its header line goes with the questions, or its
    // refusal is the answer. Calls `go_on` once, on this thread, at once or later. May be empty.
    using go_on = std::function<void(checked<std::string>)>;
    std::function<void(go_on)> first = {};
};

// What one gateway sends another with a call that it forwards: who makes it (percent-encoded), the
// number of the job that it begins, how the destination stands by the shared table (version,
// paused, disabled, as "7 1 0"), and, where they are there, that the tasks of a bulk call are to be
// counted and nothing done to them, that contents may be shown.
inline constexpr std::string_view caller_header = "Sluice-Caller";
inline constexpr std::string_view count_header = "Sluice-Count";
inline constexpr std::string_view job_header = "Sluice-Job";
inline constexpr std::string_view lane_header = "Sluice-Lane";
inline constexpr std::string_view shows_contents_header = "Sluice-Shows-Contents";

// Of one thread.
class cluster {
  public:
    // Answers `on` in the end, within a few seconds. Of spread::task only the other gateways are
    // asked: that this one does not have the task is known already.
    virtual void ask(server::exchange& on, cluster_question const& what) = 0;

  protected:
    ~cluster() = default;
};

} // namespace sluice::gateway::call
