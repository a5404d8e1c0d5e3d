#include "gateway/admin/filter_reader.hpp"

#include "gateway/outbound/outbound_batch.hpp"

#include <array>

namespace sluice::gateway::admin {

namespace {

using queue::task_state;

constexpr std::array states{task_state::scheduled,  task_state::ready,     task_state::in_flight,
                            task_state::retry_wait, task_state::delivered, task_state::dead,
                            task_state::cancelled,  task_state::expired};

constexpr std::size_t most_criterion = 1024; // bytes

struct content_criterion {
    std::string_view name;
    std::string content_question::*member;
};
constexpr std::array content_criteria{
    content_criterion{"contact", &content_question::contact},
    content_criterion{"client", &content_question::client},
    content_criterion{"flow", &content_question::flow},
    content_criterion{"idempotency_key", &content_question::idempotency_key},
    content_criterion{"webhook_id", &content_question::webhook_id},
    content_criterion{"text", &content_question::text},
};

} // namespace

std::optional<queue::task_state> parse_state(std::string_view text) {
    for (auto const each : states) {
        if (to_string(each) == text) return each;
    }
    return std::nullopt;
}

bool take_content(content_question& to, std::string_view name, std::string_view value,
                  std::string const& pointer, problems& wrong) {
    auto const found = std::ranges::find(content_criteria, name, &content_criterion::name);
    if (found == content_criteria.end()) return false;
    if (value.size() > most_criterion) {
        wrong.push_back({pointer, fmt::format("Must have at most {} bytes.", most_criterion)});
        return true;
    }
    to.*found->member = value;
    return true;
}

void settle_contents(queue::task_filter& filter, content_question& contents) {
    filter.has_key = !contents.idempotency_key.empty();
    auto const batch = outbound::parse_batch_name(contents.webhook_id);
    if (!batch) return;
    filter.batch = *batch;
    contents.webhook_id.clear();
}

} // namespace sluice::gateway::admin
