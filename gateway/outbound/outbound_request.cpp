#include "gateway/outbound/outbound_request.hpp"

#include "codecs/contact_numbers.hpp"
#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "codecs/utf8.hpp"
#include "gateway/call/fields.hpp"
#include "gateway/call/times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace sluice::gateway::outbound {

namespace {

using codecs::json_kind;
using enum call::outbound_code;

constexpr std::size_t date_length = 10; // of "2026-11-23T…"

// The text of a member that must be a string; empty where there is none, or null.
call::outbound_checked<std::string> text_of(std::string_view object, std::string_view name,
                                            std::string_view where = {}) {
    auto const value = codecs::json_member_value(object, name);
    if (!value || codecs::json_kind_of(*value) == json_kind::null) return std::string();
    if (codecs::json_kind_of(*value) != json_kind::string) {
        return call::outbound_refusal{invalid_format,
                                      fmt::format("{}/{} must be a string.", where, name)};
    }
    return codecs::json_text(*value);
}

// The elements of a member that must be a list; none where it is not there, or null.
call::outbound_checked<std::vector<std::string_view>>
list_of(std::string_view object, std::string_view name, std::string_view where = {}) {
    auto const value = codecs::json_member_value(object, name);
    if (!value || codecs::json_kind_of(*value) == json_kind::null) {
        return std::vector<std::string_view>();
    }
    if (codecs::json_kind_of(*value) != json_kind::array) {
        return call::outbound_refusal{invalid_format,
                                      fmt::format("{}/{} must be a list.", where, name)};
    }
    return codecs::json_elements(*value);
}

constexpr std::array<std::string_view, 4> request_members{"api-version", "security-id", "flow-id",
                                                          "calls"};
constexpr std::array<std::string_view, 4> call_members{"client-identifier", "start-time",
                                                       "contact-numbers", "keys"};

// A member that is nearly one of these and would go unnoticed ("startTime").
std::optional<call::outbound_refusal> near_member(std::string_view object,
                                                  std::span<std::string_view const> known,
                                                  std::string_view where) {
    for (auto const& member : codecs::json_members(object)) {
        auto const name = member.name();
        if (std::ranges::find(known, name) != known.end()) continue;
        for (auto const meant : known) {
            if (!call::is_nearly(meant, name)) continue;
            return call::outbound_refusal{
                invalid_mandatory_parameters,
                fmt::format("{}/{} is not known here; it is written {}.", where, name, meant)};
        }
    }
    return std::nullopt;
}

bool is_scalar(std::string_view raw) {
    auto const kind = codecs::json_kind_of(raw);
    return kind != json_kind::object && kind != json_kind::array;
}

// Checks one call, which stands at `where`.
class call_checker {
  public:
    call_checker(std::string_view object, std::string where, outbound_rules const& rules)
        : object_(object)
        , where_(std::move(where))
        , rules_(rules) {}

    call::outbound_checked<due_call> check(std::string_view flow_id) const {
        if (codecs::json_kind_of(object_) != json_kind::object) {
            return wrong(invalid_format, "", "must be an object");
        }
        if (auto wrong = near_member(object_, call_members, where_)) return *std::move(wrong);
        due_call out;
        out.call.flow_id = flow_id;
        auto client = text_of(object_, "client-identifier", where_);
        if (!client) return client.error();
        if (client->empty()) {
            return wrong(invalid_mandatory_parameters, "/client-identifier", "is missing");
        }
        out.call.client_id = std::move(*client);
        auto const due = start_time();
        if (!due) return due.error();
        out.not_before = *due;
        auto numbers = contact_numbers();
        if (!numbers) return numbers.error();
        out.call.contact_numbers = std::move(*numbers);
        auto all = keys();
        if (!all) return all.error();
        out.call.keys = std::move(*all);
        return out;
    }

  private:
    call::outbound_refusal wrong(call::outbound_code code, std::string_view at,
                                 std::string_view what) const {
        return {code, fmt::format("{}{} {}.", where_, at, what)};
    }

    call::outbound_checked<queue::wall_time> start_time() const {
        auto const text = text_of(object_, "start-time", where_);
        if (!text) return text.error();
        if (text->empty()) return rules_.now;
        bool const is_instant = text->find_first_of("Tt") != std::string::npos; // or a number
        auto const at = is_instant ? call::parse_instant(*text) : std::nullopt;
        constexpr std::string_view name = "/start-time";
        if (!at) {
            return wrong(invalid_mandatory_parameters, name,
                         "must be a time such as 2026-11-23T09:00:00+05:30");
        }
        auto const date_of = [&](queue::wall_time time) {
            return call::local_time(time, rules_.time_zone).substr(0, date_length);
        };
        if (*at < rules_.now && date_of(*at) != date_of(rules_.now)) {
            return wrong(invalid_mandatory_parameters, name, "lies on a day that is past");
        }
        if (*at - rules_.now > rules_.max_delay) {
            return wrong(invalid_mandatory_parameters, name,
                         "is further ahead than limits.max_delay allows");
        }
        return std::max(*at, rules_.now);
    }

    call::outbound_checked<std::vector<std::string>> contact_numbers() const {
        constexpr std::string_view name = "contact-numbers";
        auto const given = list_of(object_, name, where_);
        if (!given) return given.error();
        if (given->empty()) {
            return wrong(invalid_contact_number, "/contact-numbers", "must have a number");
        }
        if (given->size() > rules_.contact_numbers) {
            return wrong(max_data_list_size_exceeded, "/contact-numbers", "has too many numbers");
        }
        std::vector<std::string> texts;
        for (auto const raw : *given) {
            if (!is_scalar(raw)) {
                return wrong(invalid_format, "/contact-numbers", "must be a list of strings");
            }
            if (codecs::is_json_decimal(raw)) {
                return wrong(invalid_contact_number,
                             fmt::format("/contact-numbers: entry {}:", texts.size()),
                             codecs::quoted_excerpt(raw) +
                                 " is a decimal number: its zeros would be dialled");
            }
            texts.push_back(codecs::json_text(raw));
        }
        auto list =
            codecs::parse_contact_numbers(texts, rules_.country_code, rules_.contact_numbers);
        if (!list.errors.empty()) {
            auto const& error = list.errors.front();
            return wrong(invalid_contact_number,
                         fmt::format("/contact-numbers: entry {}:", error.index), error.detail);
        }
        if (list.numbers.size() > rules_.contact_numbers) {
            return wrong(max_data_list_size_exceeded, "/contact-numbers", "has too many numbers");
        }
        if (list.numbers.empty()) {
            return wrong(invalid_contact_number, "/contact-numbers", "must have a number");
        }
        return std::move(list.numbers);
    }

    call::outbound_checked<std::vector<std::pair<std::string, std::string>>> keys() const {
        auto const given = list_of(object_, "keys", where_);
        if (!given) return given.error();
        std::vector<std::pair<std::string, std::string>> out;
        for (auto const raw : *given) {
            auto const name = codecs::json_member_value(raw, "name");
            auto const value = codecs::json_member_value(raw, "value");
            if (!name || codecs::json_kind_of(*name) != json_kind::string ||
                (value && !is_scalar(*value))) {
                return wrong(invalid_format, "/keys", "must be a list of names and values");
            }
            auto text = codecs::json_text(*name);
            if (auto const hidden = call::invisible_part(text)) {
                return wrong(invalid_mandatory_parameters, "/keys:", *hidden);
            }
            if (call::is_system_name(text)) {
                return wrong(invalid_mandatory_parameters,
                             fmt::format("/keys: {}", codecs::quoted_excerpt(text)),
                             "is no variable of the flow; it would have no effect here");
            }
            out.emplace_back(std::move(text), value ? codecs::json_text(*value) : "");
        }
        return out;
    }

    std::string_view object_;
    std::string where_;
    outbound_rules const& rules_;
};

call::outbound_checked<std::string> check_head(std::string_view object) {
    auto const version = text_of(object, "api-version");
    if (!version) return version.error();
    if (version->empty()) {
        return call::outbound_refusal{invalid_mandatory_parameters, "/api-version is missing."};
    }
    if (*version != "1.0") {
        return call::outbound_refusal{api_version_not_supported, "/api-version must be 1.0."};
    }
    auto flow_id = text_of(object, "flow-id");
    if (!flow_id) return flow_id.error();
    if (codecs::utf8_length(*flow_id) != flow_id_length) {
        return call::outbound_refusal{
            invalid_flow_id, fmt::format("/flow-id must have {} characters.", flow_id_length)};
    }
    return flow_id;
}

} // namespace

call::outbound_checked<outbound_envelope> open_outbound(std::string_view body) {
    if (body.size() > most_outbound_bytes) {
        return call::outbound_refusal{
            max_data_list_size_exceeded,
            fmt::format("The body must have at most {} bytes.", most_outbound_bytes)};
    }
    if (auto const valid = codecs::check_json(body); !valid) {
        return call::outbound_refusal{invalid_format, valid.error().message()};
    }
    outbound_envelope out;
    out.object = codecs::json_trim(body);
    if (codecs::json_kind_of(out.object) != json_kind::object) {
        return call::outbound_refusal{invalid_format, "The body must be an object."};
    }
    if (auto wrong = near_member(out.object, request_members, "")) return *std::move(wrong);
    auto const secret = codecs::json_member_value(out.object, "security-id");
    // Whatever else it may be is no secret of anybody.
    if (secret) out.security_id = codecs::json_text(*secret);
    return out;
}

call::outbound_checked<std::vector<due_call>> check_outbound(outbound_envelope const& request,
                                                             outbound_rules const& rules) {
    auto const flow_id = check_head(request.object);
    if (!flow_id) return flow_id.error();
    auto const calls = list_of(request.object, "calls");
    if (!calls) return calls.error();
    if (calls->empty()) return call::outbound_refusal{empty_call_list, "/calls must have a call."};
    if (calls->size() > most_outbound_calls) {
        return call::outbound_refusal{max_data_list_size_exceeded,
                                      fmt::format("/calls must have at most {} calls; it has {}.",
                                                  most_outbound_calls, calls->size())};
    }
    std::vector<due_call> out;
    out.reserve(calls->size());
    for (auto const raw : *calls) {
        call_checker const checker(raw, fmt::format("/calls/{}", out.size()), rules);
        auto checked = checker.check(*flow_id);
        if (!checked) return checked.error();
        out.push_back(std::move(*checked));
    }
    return out;
}

} // namespace sluice::gateway::outbound
