#include "gateway/delivery/callback_reporter.hpp"

#include "codecs/json_scan.hpp"
#include "gateway/call/task_json.hpp"
#include "gateway/plan/implicit_lanes.hpp"
#include "gateway/plan/message.hpp"

#include <array>

namespace sluice::gateway::delivery {

namespace {

std::string member_of(std::string_view callback, std::string_view name) {
    auto const raw = codecs::json_member_value(callback, name);
    return raw ? codecs::json_text(*raw) : std::string();
}

} // namespace

std::string report_body(queue::task_details const& ended) {
    std::string task;
    call::append_task(task, ended);
    std::string body = "{\"type\":\"task.";
    body.append(to_string(ended.state)).append("\",").append(task, 1);
    return body;
}

queue::lane_id callback_reporter::lane_of_reports(queue::task_details const& ended,
                                                  queue::account_id account) const {
    auto const* const known = current_ ? current_->account_of(account) : nullptr;
    return known ? current_->report_lane_of(*known)
                 : names_.lanes.intern(plan::report_lane_name(ended.account));
}

std::optional<queue::new_task> callback_reporter::make_report(queue::task_details const& ended,
                                                              queue::account_id account,
                                                              std::string_view callback,
                                                              queue::task_id id) const {
    auto const body = report_body(ended);
    static constexpr std::array<plan::message_field, 1> fields = {
        {{"Content-Type", "application/json"}}};
    plan::message report;
    report.fields = fields;
    report.body = body;
    std::string url;
    std::string secret;
    if (callback != callback_of_account) {
        url = member_of(callback, "url");
        secret = member_of(callback, "secret");
        report.url = url;
        report.secret = secret;
    }
    queue::new_task task;
    task.id = id;
    task.lane = lane_of_reports(ended, account);
    task.account = account;
    task.accepted_at = task.not_before = ended.finished_at.value_or(ended.accepted_at);
    task.payload = encode(report);
    return task;
}

} // namespace sluice::gateway::delivery
