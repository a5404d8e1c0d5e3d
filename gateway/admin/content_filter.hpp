// What a customer quotes when he asks after a call: a number, a name of his own, a key, some words.
// It stands in what a task carries, so that tasks are opened one by one. Values in, a verdict out;
// admin thread.
#pragma once

#include "gateway/plan/resolved_configuration.hpp"
#include "queue/core/task_contents.hpp"
#include "queue/core/task_id.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace sluice::gateway::admin {

// Everything that is not empty must fit.
struct content_question {
    std::string contact;         // a number in any spelling; what is none is looked for as text
    std::string client;          // clientID, client-identifier
    std::string flow;            // flowID, flow-id
    std::string idempotency_key; // as the caller sent it
    std::string webhook_id;      // the task's own, or the sender's, which was passed on
    std::string text;            // a part of a body; ASCII case does not matter

    bool is_empty() const {
        return !looks_into_bodies() && idempotency_key.empty() && webhook_id.empty();
    }
    // Whether the answer says something of what stands in bodies.
    bool looks_into_bodies() const {
        return !contact.empty() || !client.empty() || !flow.empty() || !text.empty();
    }
};

class content_matcher {
  public:
    content_matcher(content_question what,
                    std::shared_ptr<plan::resolved_configuration const> current)
        : what_(std::move(what))
        , current_(std::move(current)) {
        if (auto const own = queue::parse_task_id(what_.webhook_id)) own_ = *own;
    }

    bool operator()(queue::task_contents const& task);

  private:
    std::string const& number_for(queue::account_id account);

    content_question what_;
    std::optional<queue::task_id> own_; // `webhook_id` where it may be a task's
    std::shared_ptr<plan::resolved_configuration const> current_;
    std::map<queue::account_id, std::string> numbers_; // `contact` as the account writes it
};

// Whether the number stands somewhere in the text, in any spelling. `number`: country code and
// digits.
bool has_number(std::string_view text, std::string_view number, std::string_view country_code);

} // namespace sluice::gateway::admin
