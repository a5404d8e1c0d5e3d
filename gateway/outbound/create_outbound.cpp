#include "gateway/outbound/create_outbound.hpp"

#include "codecs/contact_numbers.hpp"
#include "codecs/json.hpp"
#include "gateway/call/fields.hpp"
#include "gateway/call/times.hpp"
#include "gateway/outbound/system_fields.hpp"
#include "gateway/plan/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::gateway::outbound {

namespace {

using problems = call::field_problems;

constexpr std::string_view syskey = "$flow.syskey.";
constexpr std::string_view flow_key = "$flow.key.";

std::string full_name(std::string_view bare) {
    return std::string(syskey).append(bare);
}

// A field that must be there once and hold something; exactly `length` characters if that is set.
std::string_view required(codecs::variables const& call, std::string_view bare, problems& found,
                          std::size_t length = 0) {
    auto const* variable = call.find(full_name(bare));
    if (!variable) {
        found.push_back({call::missing_pointer(call, bare), fmt::format("{} is missing.", bare)});
        return {};
    }
    if (variable->is_list || length > 0) {
        check_length(*variable, bare, length, found);
    } else if (variable->value().empty()) {
        found.push_back({variable->pointer, fmt::format("{} must not be empty.", bare)});
    }
    return variable->is_list ? std::string_view() : variable->value();
}

std::vector<std::string> check_numbers(codecs::variables const& call, std::string_view country_code,
                                       outbound_limits const& limits, problems& found) {
    constexpr std::string_view bare = "contactNumbers";
    auto const* variable = call.find(full_name(bare));
    if (!variable) {
        found.push_back({call::missing_pointer(call, bare), "contactNumbers is missing."});
        return {};
    }
    if (!call::check_not_decimal(*variable, bare, found)) return {};
    auto list =
        codecs::parse_contact_numbers(variable->values, country_code, limits.contact_numbers);
    for (auto const& error : list.errors) {
        found.push_back({variable->pointer,
                         fmt::format("contactNumbers: entry {}: {}", error.index, error.detail)});
    }
    if (list.numbers.empty() && list.errors.empty()) {
        found.push_back({variable->pointer, "contactNumbers must have one number at least."});
    }
    if (list.numbers.size() > limits.contact_numbers) {
        found.push_back({variable->pointer, fmt::format("contactNumbers must have at most {} "
                                                        "numbers; it has more.",
                                                        limits.contact_numbers)});
    }
    return std::move(list.numbers);
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
    out += '"';
    out += name;
    out += "\":";
    codecs::append_json_string(out, value);
}

} // namespace

codecs::name_rules const& create_outbound_names() {
    static codecs::name_rules const rules = [] {
        codecs::name_rules made;
        made.system_names = {{"apiVersion", "$flow.syskey.apiVersion"},
                             call::security_id_name,
                             call::dashed_security_id_name,
                             {"flowID", "$flow.syskey.flowID"},
                             {"clientID", "$flow.syskey.clientID"},
                             {"delayMinutes", "$flow.syskey.delayMinutes"},
                             {"contactNumbers", "$flow.syskey.contactNumbers"},
                             // The outbound API's own words for them.
                             {"api-version", "$flow.syskey.apiVersion"},
                             {"flow-id", "$flow.syskey.flowID"},
                             {"client-identifier", "$flow.syskey.clientID"},
                             {"contact-numbers", "$flow.syskey.contactNumbers"}};
        made.plain_names = {"method", "accountID", "custToken"};
        return made;
    }();
    return rules;
}

std::string_view security_id_of(codecs::variables const& call) {
    return call.value(call::security_id_name.full);
}

call::checked<outbound_call> check_create_outbound(codecs::variables const& call,
                                                   std::string_view country_code,
                                                   outbound_limits const& limits) {
    problems found;
    outbound_call out;
    auto const version = required(call, "apiVersion", found);
    if (!version.empty() && version != "1.0") {
        found.push_back({call.find(full_name("apiVersion"))->pointer, "apiVersion must be 1.0."});
    }
    if (auto const* secret = call.find(full_name("securityID"))) {
        check_length(*secret, "securityID", security_id_length, found);
    }
    out.flow_id = required(call, "flowID", found, flow_id_length);
    out.client_id = required(call, "clientID", found);
    out.delay = read_delay(call, delay_name, limits.max_delay, found);
    out.contact_numbers = check_numbers(call, country_code, limits, found);
    for (auto const& variable : call) {
        if (variable.name.starts_with(flow_key)) {
            out.keys.emplace_back(variable.name, variable.joined());
        }
    }
    if (!found.empty()) return call::invalid(std::move(found));
    return out;
}

call::checked<outbound_call> check_whole_outbound(codecs::variables const& call,
                                                  std::string_view country_code,
                                                  outbound_limits const& limits) {
    auto const& names = create_outbound_names();
    problems found;
    call::check_names(call, names, found);
    if (found.empty()) return check_create_outbound(call, country_code, limits);
    auto const values = check_create_outbound(call::as_meant(call, names), country_code, limits);
    if (!values) {
        auto const& others = values.error().errors;
        found.insert(found.end(), others.begin(), others.end());
    }
    return call::invalid(std::move(found));
}

queue::shared_bytes render_outbound(outbound_call const& call, std::string_view security_id,
                                    std::string_view time_zone,
                                    call::received_request const* received) {
    std::string body = "{\"api-version\":\"1.0\",";
    append_member(body, "security-id", security_id);
    body += ',';
    append_member(body, "flow-id", call.flow_id);
    body += ",\"calls\":[{";
    append_member(body, "client-identifier", call.client_id);
    body += ",\"start-time\":\"";
    auto const start_time = body.size();
    body.append(call::local_time_length, '0');
    body += "\",\"contact-numbers\":[";
    for (auto const& number : call.contact_numbers) {
        if (&number != &call.contact_numbers.front()) body += ',';
        codecs::append_json_string(body, number);
    }
    body += "],\"keys\":[";
    for (auto const& [name, value] : call.keys) {
        if (body.back() != '[') body += ',';
        body += '{';
        append_member(body, "name", name);
        body += ',';
        append_member(body, "value", value);
        body += '}';
    }
    body += "]}]}";
    static constexpr std::array<plan::message_field, 1> fields = {
        {{"Content-Type", "application/json"}}};
    plan::message out;
    out.fields = fields;
    out.body = body;
    out.start_time = start_time;
    out.time_zone = time_zone;
    out.received = received;
    return encode(out);
}

} // namespace sluice::gateway::outbound
