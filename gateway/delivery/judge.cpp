#include "gateway/delivery/judge.hpp"

#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace sluice::gateway::delivery {

namespace {

using queue::verdict;

std::optional<codecs::rule> compile(std::optional<std::string> const& text) {
    if (!text) return std::nullopt;
    auto compiled = codecs::rule::compile(*text);
    if (!compiled) throw std::invalid_argument(*text + ": " + compiled.error().message());
    return std::move(*compiled);
}

bool is_again_later(int status) {
    return status == 408 || status == 425 || status == 429 || status >= 500;
}

std::optional<verdict> verdict_of(config::failure_classes::treatment as) {
    using treatment = config::failure_classes::treatment;
    if (as == treatment::usual) return std::nullopt;
    return as == treatment::retry ? verdict::retry : verdict::final_failure;
}

std::optional<config::transport_failure> transport_failure_of(queue::cause what) {
    using config::transport_failure;
    switch (what) {
    case queue::cause::resolve:
        return transport_failure::name;
    case queue::cause::connect:
        return transport_failure::connect;
    case queue::cause::tls:
        return transport_failure::tls;
    case queue::cause::timeout_before_send:
        return transport_failure::timeout_before_sent;
    case queue::cause::timeout_after_send:
        return transport_failure::timeout_after_sent;
    case queue::cause::cut:
        return transport_failure::cut;
    case queue::cause::bad_answer:
        return transport_failure::bad_answer;
    default:
        return std::nullopt;
    }
}

constexpr std::string_view partial_code = "209";
constexpr std::size_t longest_code = 32; // shown of what a destination calls its code

std::string response_code(codecs::answer const& given) {
    auto const json = given.json();
    return json ? answer_rules::code_of(*json) : std::string();
}

// The platform's documents spell it in several ways.
std::string phonon_uuid(std::string_view object) {
    static constexpr std::array<std::string_view, 5> spellings = {
        "phonon-uuid", "phononUUID", "phonon_uuid", "obdPhononUUID", "uuid"};
    for (auto const name : spellings) {
        if (auto const found = codecs::json_member_value(object, name)) {
            return codecs::json_text(*found);
        }
    }
    return {};
}

void append_key(std::string& out, std::string_view name, std::string_view value) {
    out += out.size() > 1 ? ",{\"name\":" : "{\"name\":";
    codecs::append_json_string(out, name);
    out += ",\"value\":";
    codecs::append_json_string(out, value);
    out += '}';
}

std::string to_keys(std::string_view code, std::string_view request_id, std::string_view uuid) {
    std::string out = "[";
    append_key(out, "$flow.key.obdResponseCode", code);
    append_key(out, "$flow.key.obdReqID", request_id);
    append_key(out, "$flow.key.obdPhononUUID", uuid);
    out += ']';
    return out;
}

std::optional<std::string_view> entry(std::vector<std::string_view> const& all, std::size_t at) {
    if (at >= all.size()) return std::nullopt;
    return all[at];
}

} // namespace

answer_rules::answer_rules(config::destination const& from)
    : success_(compile(from.success))
    , final_(compile(from.final_))
    , done_already_(compile(from.done_already))
    , classes_(from.failures)
    , is_outbound_(from.format == config::message_format::outbound) {}

verdict answer_rules::by_rules(codecs::answer const& given) const {
    if (done_already_ && done_already_->evaluate(given)) return verdict::delivered;
    if (success_ && success_->evaluate(given)) return verdict::delivered;
    if (auto const named = by_class(given.status())) return *named;
    if (final_ && final_->evaluate(given)) return verdict::final_failure;
    return verdict::retry;
}

std::optional<verdict> answer_rules::by_class(int status) const {
    return verdict_of(classes_.of_status(status));
}

verdict answer_rules::by_status(int status) const {
    if (status >= 200 && status < 300) return verdict::delivered;
    if (auto const named = by_class(status)) return *named;
    if (status >= 400 && status < 500) return verdict::final_failure;
    return verdict::retry;
}

verdict answer_rules::judge(codecs::answer const& given, std::size_t call) const {
    // 410 disables the lane; the task waits there for an operator.
    if (given.status() == 410) return verdict::retry;
    if (is_again_later(given.status())) {
        return by_class(given.status()).value_or(verdict::retry);
    }
    if (!success_ && !final_ && !done_already_) return by_status(given.status());
    if (!is_partial(given)) return by_rules(given);
    return judge_detail(given.status(), entry(details_of(given), call));
}

verdict answer_rules::judge_detail(int status, std::optional<std::string_view> detail) const {
    if (!success_ && !final_ && !done_already_) return by_status(status);
    if (!detail) return verdict::retry;
    return by_rules(codecs::answer(status, "application/json", *detail));
}

std::string answer_rules::describe(codecs::answer const& given) const {
    auto text = fmt::format("answered {}", given.status());
    auto const code = is_outbound_ ? response_code(given) : std::string();
    auto const why = is_again_later(given.status()) ? std::string() : given.unreadable();
    if (!why.empty()) {
        text += ", but the answer could not be read: " + why;
    } else if (!code.empty()) {
        text += " with api-response-code " + code.substr(0, longest_code);
    } else if (!is_outbound_ && given.status() < 300) {
        text += ", which the destination's rules call no success";
    }
    return text;
}

bool answer_rules::is_partial(codecs::answer const& given) const {
    return is_outbound_ && !is_again_later(given.status()) && given.status() != 410 &&
           response_code(given) == partial_code;
}

std::vector<std::string_view> answer_rules::details_of(codecs::answer const& given) {
    auto const json = given.json();
    auto const details = json ? codecs::json_member_value(*json, "call-details") : std::nullopt;
    return details ? codecs::json_elements(*details) : std::vector<std::string_view>();
}

std::string answer_rules::code_of(std::string_view object) {
    auto const code = codecs::json_member_value(object, "api-response-code");
    return code ? codecs::json_text(*code) : std::string();
}

std::string answer_rules::map_detail(std::string code, std::optional<std::string_view> detail,
                                     std::string_view request_id) const {
    if (!is_outbound_) return {};
    if (code == partial_code && detail) {
        if (auto own = code_of(*detail); !own.empty()) code = std::move(own);
    }
    return to_keys(code, request_id, detail ? phonon_uuid(*detail) : std::string());
}

verdict answer_rules::judge(queue::cause what) const {
    if (what == queue::cause::address_not_allowed) return verdict::final_failure;
    auto const failure = transport_failure_of(what);
    if (!failure) return verdict::retry;
    return verdict_of(classes_.of(*failure)).value_or(verdict::retry);
}

std::string answer_rules::map_result(codecs::answer const& given, std::string_view request_id,
                                     std::size_t call) const {
    if (!is_outbound_) return {};
    auto code = response_code(given);
    auto const detail = entry(details_of(given), call);
    if (code == partial_code && detail) {
        if (auto own = code_of(*detail); !own.empty()) code = std::move(own);
    }
    std::string uuid;
    if (detail) uuid = phonon_uuid(*detail);
    if (uuid.empty() && given.json()) uuid = phonon_uuid(*given.json());
    return to_keys(code, request_id, uuid);
}

} // namespace sluice::gateway::delivery
