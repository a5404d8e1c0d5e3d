// Judges a destination's answer by the destination's rules: delivered, again later, or final.
// Pure functions over values; any thread. What follows from a verdict is the engine's business.
#pragma once

#include "codecs/answer.hpp"
#include "codecs/rule.hpp"
#include "gateway/config/destination.hpp"
#include "queue/core/outcome.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::delivery {

// A destination's rules, compiled once for each configuration.
class answer_rules {
  public:
    // Without rules: 2xx is success. The rules' texts have passed the configuration's check;
    // throws std::invalid_argument where one does not compile all the same.
    explicit answer_rules(config::destination const& from);

    // docs/dispatch.md, "What is tried again": 429 and 5xx (and 408, 425) are retried whatever the
    // body says, unless `final_on` names them; 410 disables the destination; then `done_already`,
    // `success` and `final` decide, and what meets none of them is retried. Without rules 2xx is
    // success, 3xx is retried, other 4xx are final. `retry_on` and `final_on` come after `success`
    // and `done_already` and before all else. An outbound answer 209 is judged by the entry of
    // `call-details` at `call`.
    queue::verdict judge(codecs::answer const& given, std::size_t call = 0) const;
    // An attempt that brought no usable answer: retried, unless the address was refused or
    // `final_on` names what happened.
    queue::verdict judge(queue::cause what) const;

    // What an answer that is no success was, for a person: "answered 404", "answered 200 with
    // api-response-code 205".
    std::string describe(codecs::answer const& given) const;

    // Whether the answer speaks of each call by itself.
    bool is_partial(codecs::answer const& given) const;

    // --- for an answer to many calls: looks into it once
    // The entries of `call-details` as raw JSON, and the code that an answer or an entry has.
    static std::vector<std::string_view> details_of(codecs::answer const& given);
    static std::string code_of(std::string_view object);
    // The verdict on one call of a partial answer; without an entry it is to be sent again.
    queue::verdict judge_detail(int status, std::optional<std::string_view> detail) const;
    // map_result from the answer's code and the call's entry.
    std::string map_detail(std::string code, std::optional<std::string_view> detail,
                           std::string_view request_id) const;

    // The variables that an outbound answer sets, as the JSON array that a task's `result` shows:
    // [{"name":"$flow.key.obdResponseCode","value":"200"},…]; empty for other formats.
    std::string map_result(codecs::answer const& given, std::string_view request_id,
                           std::size_t call = 0) const;

  private:
    queue::verdict by_rules(codecs::answer const& given) const;
    queue::verdict by_status(int status) const;
    std::optional<queue::verdict> by_class(int status) const;

    std::optional<codecs::rule> success_;
    std::optional<codecs::rule> final_;
    std::optional<codecs::rule> done_already_;
    config::failure_classes classes_;
    bool is_outbound_;
};

} // namespace sluice::gateway::delivery
