#include "gateway/delivery/shown_request.hpp"

#include "gateway/client/request_head.hpp"
#include "gateway/delivery/request_writer.hpp"
#include "gateway/plan/message.hpp"

#include <optional>

namespace sluice::gateway::delivery {

namespace {

class stopped_clock final : public queue::clock {
  public:
    explicit stopped_clock(queue::wall_time at) { at_.wall = at; }
    queue::instant now() const override { return at_; }

  private:
    queue::instant at_;
};

// Where a report goes, as report_connections finds it.
std::optional<client::endpoint> report_endpoint(report_policy const& policy,
                                                plan::message_view const& m) {
    auto url =
        config::parse_url(m.url().empty() ? policy.url : m.url(), config::plain_http::allowed);
    if (!url) return std::nullopt;
    client::endpoint made;
    made.head_lines = "Host: " + url->authority() + "\r\n";
    made.agent_line = client::default_agent_line;
    made.url = std::move(*url);
    return made;
}

// "Name: value\r\n" each, behind the request line.
void read_lines(shown_request& to, std::string_view head) {
    head.remove_prefix(std::min(head.find("\r\n") + 2, head.size()));
    while (!head.empty()) {
        auto const end = head.find("\r\n");
        auto const line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        auto const colon = line.find(": ");
        if (colon == line.npos) continue;
        to.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
}

} // namespace

shown_request show_request(destination_plan const& by, queue::attempt const& what,
                           queue::wall_time at) {
    shown_request shown;
    plan::message_view const m(what.payload.view());
    std::vector<client::webhook_key> keys = by.keys;
    std::optional<client::endpoint> reports;
    written_request written;
    if (by.reports) {
        reports = report_endpoint(*by.reports, m);
        if (!reports) {
            shown.wrong = "the callback's URL cannot be called";
            return shown;
        }
        written.target = reports->url.target;
        auto own = client::webhook_key::parse(m.secret());
        if (!m.secret().empty() && own) keys.assign(1, std::move(*own));
    }
    auto const& to = reports ? *reports : *by.endpoint;
    stopped_clock const time(at);
    shown.wrong = write_request(written, {what, to, keys, by.reports.has_value(), time});
    if (!shown.wrong.empty()) return shown;
    client::outbound_request request;
    request.method = written.method;
    request.target = written.target;
    request.header_lines = written.header_lines;
    request.has_own_agent = written.has_own_agent;
    request.body = written.body;
    std::string head;
    client::render_request_head(head, to, request);
    read_lines(shown, head);
    if (by.token) shown.headers.emplace_back("Authorization", "Bearer …");
    auto const target = written.target.empty() ? to.url.target : written.target;
    shown.method = written.method;
    shown.url = (to.url.is_https ? "https://" : "http://") + to.url.authority() + target;
    shown.body = written.body;
    return shown;
}

} // namespace sluice::gateway::delivery
