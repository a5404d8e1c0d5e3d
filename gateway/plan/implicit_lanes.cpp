#include "gateway/plan/implicit_lanes.hpp"

#include "codecs/template.hpp"

#include <algorithm>

namespace sluice::gateway::plan {

namespace {

bool has_variables(std::string_view header_value) {
    return !codecs::find_template_names(header_value).empty();
}

} // namespace

std::string report_lane_name(std::string_view account) {
    return std::string("callback:").append(account);
}

std::string origin_of_template(std::string_view url) {
    auto const scheme = url.find("//");
    auto const authority = scheme == url.npos ? 0 : scheme + 2;
    std::string origin(url.substr(0, url.find_first_of("/?#", authority)));
    origin += '/';
    return origin;
}

config::destination destination_for(config::widget const& widget) {
    config::destination to;
    to.name = "widget:" + widget.name;
    to.url = origin_of_template(widget.url);
    to.connection = widget.connection;
    std::erase_if(to.connection.headers,
                  [](auto const& header) { return has_variables(header.second); });
    to.pace.retry = widget.retry;
    return to;
}

config::destination destination_for_reports(config::account const& account) {
    config::destination to;
    to.name = report_lane_name(account.id);
    if (auto const& known = account.report_to) {
        to.url = known->url;
        to.connection.allow_http = known->allow_http;
        to.connection.allow_networks = known->allow_networks;
        to.connection.allow_ports = known->allow_ports;
        to.pace.retry = known->retry;
        if (known->signing_secret) to.signing_secrets.push_back(*known->signing_secret);
    }
    return to;
}

} // namespace sluice::gateway::plan
