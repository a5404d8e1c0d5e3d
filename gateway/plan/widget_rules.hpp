// What the answer to a widget's call comes to: a verdict, and the variables that it sets. Compiled
// once for each configuration; pure functions over values; any thread.
#pragma once

#include "codecs/mapping.hpp"
#include "gateway/config/widget.hpp"
#include "queue/core/outcome.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace sluice::gateway::plan {

struct widget_answer {
    queue::verdict verdict = queue::verdict::retry;
    // The JSON array that a task's `result` shows: [{"name":"$flow.key.temp","value":"31"},…], the
    // mapped variables and then the seven outcome variables of a widget
    // (docs/openapi.yaml).
    std::string result;
    std::string reason; // one line, empty for a success
};

class widget_rules {
  public:
    // The paths have passed the configuration's check; throws std::invalid_argument where one does
    // not compile all the same.
    explicit widget_rules(config::widget const& from);

    // 2xx is a success if every path of the map finds something or has a default and the answer was
    // read to its end
    // (`is_cut` says that it was not); if not, trying again would not help. 408, 425, 429, 5xx and
    // 3xx may succeed later, other 4xx do not.
    widget_answer judge(codecs::answer const& given, bool is_cut,
                        std::chrono::microseconds duration) const;

  private:
    codecs::answer_mapping map_;
    std::vector<config::mapped_variable> paths_; // as written
};

// The `result` where no answer came.
std::string unanswered_widget(std::string_view reason, std::chrono::microseconds duration);

} // namespace sluice::gateway::plan
