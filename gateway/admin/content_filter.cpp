#include "gateway/admin/content_filter.hpp"

#include "codecs/contact_numbers.hpp"
#include "codecs/json_scan.hpp"
#include "codecs/named_values.hpp"
#include "codecs/percent.hpp"
#include "codecs/text.hpp"
#include "gateway/call/call_hash.hpp"
#include "gateway/http/text.hpp"
#include "gateway/plan/message.hpp"
#include "queue/core/task_filter.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace sluice::gateway::admin {

namespace {

constexpr std::size_t sure_digits =
    9; // so many digits are one number's, with or without its country
constexpr std::size_t longest_spelled = 40; // bytes of a number with what stands between its digits

using codecs::is_digit;

bool is_between_digits(char c) {
    return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '+';
}

std::string digits_of(std::string_view text) {
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits), is_digit);
    return digits;
}

// From a digit or a plus on: the text up to the last digit that may belong to the same number.
std::string_view spelled_number(std::string_view text) {
    std::size_t end = 0;
    auto const most = std::min(text.size(), longest_spelled);
    for (std::size_t i = 0; i < most; ++i) {
        if (is_digit(text[i])) {
            end = i + 1;
        } else if (!is_between_digits(text[i])) {
            break;
        }
    }
    return text.substr(0, end);
}

bool is_same_number(std::string_view spelled, std::string_view number,
                    std::string_view country_code) {
    auto const digits = digits_of(spelled);
    if (digits.size() >= sure_digits && number.size() >= sure_digits) {
        if (digits.find(number) != digits.npos || number.ends_with(digits)) return true;
    }
    auto const whole = codecs::normalise_number(spelled, country_code);
    return whole && *whole == number;
}

// "client-identifier", "$flow.syskey.clientID" -> "clientidentifier", "clientid".
std::string bare_name(std::string_view name) {
    std::string bare;
    for (auto const c : name.substr(name.rfind('.') + 1)) {
        if (c != '-' && c != '_') bare += codecs::to_lower(c);
    }
    return bare;
}

// Whether this is the value as JSON, a form or XML may write it.
bool is_written_as(std::string_view raw, std::string_view value) {
    if (raw == value) return true;
    if (raw.find('\\') != raw.npos)
        return codecs::json_text(std::string("\"").append(raw).append("\"")) == value;
    if (raw.find_first_of("%+") == raw.npos) return false;
    std::string plain(raw);
    std::ranges::replace(plain, '+', ' ');
    auto const decoded = codecs::percent_decode(plain);
    return decoded && *decoded == value;
}

bool has_value(std::string_view text, std::initializer_list<std::string_view> names,
               std::string_view value) {
    codecs::named_value_walk walk(text);
    for (codecs::named_value found; walk.next(found);) {
        auto const bare = bare_name(found.label.empty() ? found.name : found.label);
        if (std::ranges::find(names, bare) == names.end()) continue;
        if (is_written_as(found.value, value)) return true;
    }
    return false;
}

bool brought_webhook_id(plan::message_view const& message, std::string_view id) {
    bool has_it = false;
    message.for_each_field([&](std::string_view name, std::string_view value) {
        has_it |= value == id && http::equal_ignoring_case(name, "webhook-id");
    });
    return has_it;
}

} // namespace

bool has_number(std::string_view text, std::string_view number, std::string_view country_code) {
    for (std::size_t at = 0; at < text.size();) {
        bool const begins = is_digit(text[at]) || text[at] == '+';
        auto const spelled = begins ? spelled_number(text.substr(at)) : std::string_view();
        if (!spelled.empty() && is_same_number(spelled, number, country_code)) return true;
        at += std::max<std::size_t>(1, spelled.size());
    }
    return false;
}

std::string const& content_matcher::number_for(queue::account_id account) {
    auto const known = numbers_.find(account);
    if (known != numbers_.end()) return known->second;
    auto const* const owner = current_->account_of(account);
    auto number = codecs::normalise_number(what_.contact, owner ? owner->country_code : "");
    return numbers_.emplace(account, number.value_or(std::string())).first->second;
}

bool content_matcher::operator()(queue::task_contents const& task) {
    plan::message_view const message(task.payload.view());
    auto const received = message.received();
    auto const in_a_body = [&](auto const& is_in) {
        return is_in(message.body()) || (received.body && is_in(std::string_view(*received.body)));
    };
    bool const is_its_own = own_ && *own_ == task.details.id;
    if (!what_.webhook_id.empty() && !is_its_own && !brought_webhook_id(message, what_.webhook_id))
        return false;
    if (!what_.idempotency_key.empty()) {
        auto const path = received.target.substr(0, received.target.find('?'));
        auto const key =
            call::hash_of({task.details.account, path, std::string_view(what_.idempotency_key)});
        if (task.key != key) return false;
    }
    if (!what_.text.empty() &&
        !in_a_body([&](auto body) { return queue::contains_text(body, what_.text); }))
        return false;
    if (!what_.client.empty() && !in_a_body([&](auto body) {
            return has_value(body, {"clientidentifier", "clientid"}, what_.client);
        }))
        return false;
    if (!what_.flow.empty() &&
        !in_a_body([&](auto body) { return has_value(body, {"flowid"}, what_.flow); }))
        return false;
    if (what_.contact.empty()) return true;
    auto const& number = number_for(task.account);
    auto const* const owner = current_->account_of(task.account);
    std::string_view const country = owner ? std::string_view(owner->country_code) : "";
    return in_a_body([&](auto body) {
        return number.empty() ? queue::contains_text(body, what_.contact)
                              : has_number(body, number, country);
    });
}

} // namespace sluice::gateway::admin
