#include "gateway/webhooks/user_preferences.hpp"

#include "codecs/contact_numbers.hpp"
#include "codecs/json.hpp"
#include "codecs/xml_text.hpp"
#include "gateway/call/fields.hpp"
#include "gateway/call/times.hpp"
#include "gateway/intake/authorise.hpp"
#include "gateway/webhooks/caller.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::webhooks {

namespace {

constexpr std::string_view user_key = "$user.key.";
constexpr std::size_t contact_bytes = 128;

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

void take_change(codecs::variable const& given, preferences_rules const& rules,
                 preferences_call& to, call::field_problems& found) {
    auto const bare = given.name.size() - user_key.size();
    if (bare == 0) {
        found.push_back({given.pointer, "$user.key. needs a name behind it."});
        return;
    }
    if (bare > rules.key_bytes) {
        found.push_back(
            {given.pointer, fmt::format("The name of a variable must have at most {} bytes behind "
                                        "$user.key.; it has {}.",
                                        rules.key_bytes, bare)});
        return;
    }
    auto value = given.joined();
    if (value.size() > rules.value_bytes) {
        found.push_back(
            {given.pointer, fmt::format("The value of a variable must have at most {} bytes; it "
                                        "has {}.",
                                        rules.value_bytes, value.size())});
        return;
    }
    bool const is_removal = value.empty() && rules.delete_empty;
    to.changes.push_back(
        {given.name, is_removal ? std::optional<std::string>() : std::optional(std::move(value))});
}

void append_head_json(std::string& out, person const& whose) {
    out += "{\"accountID\":";
    codecs::append_json_string(out, whose.account);
    out += ",\"contactNumber\":";
    codecs::append_json_string(out, whose.contact);
}

void append_head_xml(std::string& out, person const& whose) {
    out += "<response>";
    codecs::append_xml_element(out, "accountID", whose.account);
    codecs::append_xml_element(out, "contactNumber", whose.contact);
}

void append_json(std::string& out, person const& whose, tables::user_variables const& kept,
                 bool has_times) {
    append_head_json(out, whose);
    out += ",\"keys\":[";
    for (auto const& each : kept) {
        out += &each == &kept.front() ? "{\"name\":" : ",{\"name\":";
        codecs::append_json_string(out, each.name);
        out += ",\"value\":";
        codecs::append_json_string(out, each.value);
        if (has_times) {
            fmt::format_to(std::back_inserter(out), ",\"updated\":\"{}\"",
                           call::to_text(each.updated));
        }
        out += '}';
    }
    out += "]}";
}

void append_xml(std::string& out, person const& whose, tables::user_variables const& kept,
                bool has_times) {
    append_head_xml(out, whose);
    out += "<keys>";
    for (auto const& each : kept) {
        out += "<key name=\"";
        codecs::append_xml_attribute(out, each.name);
        if (has_times) out.append("\" updated=\"").append(call::to_text(each.updated));
        out += "\">";
        codecs::append_xml_text(out, each.value);
        out += "</key>";
    }
    out += "</keys></response>";
}

using kept_variables = std::shared_ptr<tables::user_variables const>;

tables::kept_answer preferences_answer(codecs::media_kind format, person const& whose,
                                       tables::user_variables const* kept) {
    return answer_of(format,
                     [&](std::string& out) { append_preferences(out, format, whose, kept); });
}

} // namespace

codecs::name_rules const& user_preferences_names() {
    static codecs::name_rules const rules = [] {
        codecs::name_rules made;
        made.system_names = {{"contactNumber", "$user.syskey.contactNumber"},
                             {"accountID", "$user.syskey.accountID"},
                             call::security_id_name,
                             call::dashed_security_id_name};
        made.plain_names = {"method", "custToken"};
        made.default_prefix = user_key;
        return made;
    }();
    return rules;
}

std::optional<std::string> contact_key(std::string_view text, std::string_view country_code) {
    if (codecs::is_decimal_text(text)) return std::nullopt;
    if (auto number = codecs::normalise_number(text, country_code)) return number;
    bool const is_text =
        !text.empty() && text.size() <= contact_bytes && std::ranges::none_of(text, is_control);
    if (!is_text) return std::nullopt;
    return std::string(text);
}

preferences_rules preferences_rules::of(config::configuration const& settings) {
    auto const& limit = settings.limit;
    return {limit.user_keys, limit.user_key_bytes, limit.user_value_bytes,
            settings.built_in.delete_empty};
}

call::checked<preferences_call> check_user_preferences(codecs::variables const& call,
                                                       std::string_view country_code,
                                                       preferences_rules const& rules) {
    call::field_problems found;
    preferences_call out;
    auto const* const contact =
        call::required_field(call, "$user.syskey.contactNumber", "contactNumber", found);
    if (contact && call::check_not_decimal(*contact, "contactNumber", found)) {
        if (auto key = contact_key(contact->value(), country_code)) {
            out.contact = std::move(*key);
        } else {
            found.push_back({contact->pointer, fmt::format("contactNumber {}", contact_rule)});
        }
    }
    for (auto const& variable : call) {
        if (variable.name.starts_with(user_key)) take_change(variable, rules, out, found);
    }
    if (out.changes.size() > rules.keys) {
        found.push_back({"", fmt::format("A person has at most {} variables; the call has {}.",
                                         rules.keys, out.changes.size())});
    }
    if (!found.empty()) return call::invalid(std::move(found));
    return out;
}

void append_preferences(std::string& out, codecs::media_kind format, person const& whose,
                        tables::user_variables const* kept, key_times times) {
    static tables::user_variables const none;
    auto const& all = kept ? *kept : none;
    bool const has_times = times == key_times::shown;
    if (format == codecs::media_kind::xml) return append_xml(out, whose, all, has_times);
    append_json(out, whose, all, has_times);
}

void append_erasure(std::string& out, codecs::media_kind format, person const& whose,
                    std::size_t erased) {
    if (format == codecs::media_kind::xml) {
        append_head_xml(out, whose);
        codecs::append_xml_element(out, "erased", fmt::to_string(erased));
        out += "</response>";
        return;
    }
    append_head_json(out, whose);
    fmt::format_to(std::back_inserter(out), ",\"erased\":{}}}", erased);
}

webhook_answer answer_user_preferences(webhook_call const& call) {
    auto& on = call.on;
    auto const format = call.format;
    auto const& known = call.with.current->directory();
    auto const& variables = call.variables;
    auto const brought = read_credentials(variables);
    if (!brought) return brought.error();
    auto const account = intake::authorise_webhook(known, on.req, *brought);
    if (!account) return account.error();
    auto const rules = preferences_rules::of(known.settings());
    auto checked = check_user_preferences(variables, (*account)->country_code, rules);
    if (!checked) return checked.error();
    auto const& id = (*account)->id;
    if (checked->changes.empty()) {
        auto const kept = call.with.data.user_variables(id, checked->contact);
        return preferences_answer(format, {id, checked->contact}, kept.get());
    }
    auto const now = call.with.clock.now().wall;
    auto const key = intake::read_call_key(on.req, id, now);
    if (!key) return key.error();
    if (auto first = intake::find_first_answer(call.on, call.with.data, *key); !first || *first) {
        return first;
    }
    tables::user_update update{id, checked->contact, std::move(checked->changes), rules.keys, now};
    auto answer =
        [format, id, contact = checked->contact, most = rules.keys](
            tables::result<kept_variables> const& kept) -> call::checked<tables::kept_answer> {
        if (kept) return preferences_answer(format, {id, contact}, kept->get());
        if (kept.error() != tables::errc::too_many_keys) return call::refused_by(kept.error());
        return call::invalid("", fmt::format("A person has at most {} variables.", most));
    };
    auto write = [&with = call.with, update = std::move(update)](auto const& done,
                                                                 auto const& keyed) {
        with.data.update_user(tables::user_update(update), with.inbox, done, keyed);
    };
    intake::answer_write<kept_variables>(call.with, on, format, *key, answer, write);
    return answered_later;
}

} // namespace sluice::gateway::webhooks
