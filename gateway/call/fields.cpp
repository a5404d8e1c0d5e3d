#include "gateway/call/fields.hpp"

#include "codecs/contact_numbers.hpp"
#include "codecs/error.hpp"
#include "codecs/text.hpp"
#include "codecs/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace sluice::gateway::call {

namespace {

constexpr std::string_view system_prefix = "$flow.syskey.";

// System variables of the platform that every method knows, whether it looks at them or not.
constexpr std::array<std::string_view, 10> platform_names{
    "$flow.syskey.apiVersion", "$flow.syskey.securityID",   "$flow.syskey.flowID",
    "$flow.syskey.clientID",   "$flow.syskey.delayMinutes", "$flow.syskey.contactNumbers",
    "$flow.syskey.accountID",  "$flow.syskey.custToken",    "$flow.syskey.method",
    "$flow.syskey.window"};

struct code_range {
    char32_t first;
    char32_t last;
};

constexpr std::array<code_range, 6> blanks{{{0x20, 0x20},
                                            {0xA0, 0xA0},
                                            {0x2000, 0x200A},
                                            {0x202F, 0x202F},
                                            {0x205F, 0x205F},
                                            {0x3000, 0x3000}}};
// Format characters (Unicode's Cf) and separators that show nothing.
constexpr std::array<code_range, 9> invisible{{{0xAD, 0xAD},
                                               {0x61C, 0x61C},
                                               {0x180E, 0x180E},
                                               {0x200B, 0x200F},
                                               {0x2028, 0x202E},
                                               {0x2060, 0x206F},
                                               {0xFEFF, 0xFEFF},
                                               {0xFFF9, 0xFFFB},
                                               {0xE0000, 0xE007F}}};

template <std::size_t N>
bool is_in(std::array<code_range, N> const& ranges, char32_t c) {
    return std::ranges::any_of(ranges, [c](code_range r) { return c >= r.first && c <= r.last; });
}

bool is_joiner(char32_t c) {
    return c == 0x200C || c == 0x200D;
}

bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

// Takes the next character away that is_nearly compares, in lower case; 0 at the end.
char32_t next_that_counts(std::string_view& rest) {
    while (!rest.empty()) {
        char const c = rest.front();
        if (is_ascii(c)) {
            rest.remove_prefix(1);
            if (c == '_' || c == '-' || c == ' ') continue;
            return static_cast<char32_t>(codecs::to_lower(c));
        }
        auto const length = codecs::utf8_sequence_length(rest);
        auto const point = length > 0 ? codecs::utf8_code_point(rest) : U'\uFFFD';
        rest.remove_prefix(std::max<std::size_t>(1, length));
        if (!is_in(blanks, point)) return point;
    }
    return 0;
}

// The first invisible character of a name; joiners between two letters beyond ASCII belong to the
// spelling of some languages.
std::optional<char32_t> invisible_in(std::string_view name) {
    if (std::ranges::all_of(name, is_ascii)) return std::nullopt;
    for (std::size_t at = 0; at < name.size();) {
        auto const length = codecs::utf8_sequence_length(name.substr(at));
        auto const c = length > 0 ? codecs::utf8_code_point(name.substr(at)) : U'\uFFFD';
        auto const end = at + std::max<std::size_t>(1, length);
        bool const is_between =
            at > 0 && end < name.size() && !is_ascii(name[at - 1]) && !is_ascii(name[end]);
        if (is_in(invisible, c) && !(is_joiner(c) && is_between)) return c;
        at = end;
    }
    return std::nullopt;
}

bool is_known_system_name(codecs::name_rules const& rules, std::string_view full) {
    auto const has_it = [&](codecs::system_name const& each) { return each.full == full; };
    return std::ranges::any_of(rules.system_names, has_it) ||
           std::ranges::find(platform_names, full) != platform_names.end();
}

// The name as it was written, where it is none that the rules know; empty: nothing to look at.
std::string_view unknown_name(codecs::variable const& given, codecs::name_rules const& rules) {
    std::string_view const name = given.name;
    if (given.is_full_name) return is_known_system_name(rules, name) ? std::string_view() : name;
    // Any other is resolved, or a plain name.
    bool const is_default = name.starts_with(rules.default_prefix);
    return is_default ? name.substr(rules.default_prefix.size()) : std::string_view();
}

// The system variable that such a name was meant for, in the first way of writing it; nullptr:
// none.
codecs::system_name const* meant_by(codecs::name_rules const& rules, std::string_view written,
                                    bool is_full) {
    if (written.empty()) return nullptr;
    auto const is_near = [&](codecs::system_name const& each) {
        return is_nearly(is_full ? each.full : each.bare, written);
    };
    auto const& all = rules.system_names;
    auto const near = std::ranges::find_if(all, is_near);
    if (near == all.end()) return nullptr;
    return &*std::ranges::find(all, near->full, &codecs::system_name::full);
}

void check_name(codecs::variable const& given, codecs::name_rules const& rules,
                field_problems& found) {
    auto const written = unknown_name(given, rules);
    if (auto const* const meant = meant_by(rules, written, given.is_full_name)) {
        found.push_back(
            {given.pointer,
             fmt::format("{} is not known here; it is written {}.", codecs::quoted_excerpt(written),
                         given.is_full_name ? meant->full : meant->bare)});
    } else if (given.is_full_name && written.starts_with(system_prefix)) {
        found.push_back({given.pointer, fmt::format("There is no system variable {}.",
                                                    codecs::quoted_excerpt(written))});
    }
}

} // namespace

bool is_nearly(std::string_view a, std::string_view b) {
    while (true) {
        auto const next = next_that_counts(a);
        if (next != next_that_counts(b)) return false;
        if (next == 0) return true;
    }
}

std::string_view without_zero_fraction(std::string_view number) {
    auto const point = number.find('.');
    if (point == 0 || point == number.npos || point + 1 == number.size()) return number;
    bool const is_zero = number.find_first_not_of('0', point + 1) == number.npos;
    return is_zero ? number.substr(0, point) : number;
}

codecs::variables as_meant(codecs::variables const& call, codecs::name_rules const& rules) {
    codecs::variables out = call;
    for (auto const& given : call) {
        auto const written = unknown_name(given, rules);
        auto const* const meant = meant_by(rules, written, given.is_full_name);
        if (!meant || out.find(meant->full)) continue;
        out.find(given.name)->name = meant->full;
    }
    return out;
}

bool is_system_name(std::string_view name) {
    return is_nearly(name.substr(0, system_prefix.size()), system_prefix);
}

void check_visible_names(codecs::variables const& call, field_problems& found) {
    for (auto const& given : call) {
        if (auto wrong = invisible_part(given.name)) {
            found.push_back({given.pointer, *std::move(wrong)});
        }
    }
}

std::optional<std::string> invisible_part(std::string_view name) {
    auto const c = invisible_in(name);
    if (!c) return std::nullopt;
    return fmt::format("The name has an invisible character, U+{:04X}, in it.",
                       static_cast<std::uint32_t>(*c));
}

void check_names(codecs::variables const& call, codecs::name_rules const& rules,
                 field_problems& found) {
    check_visible_names(call, found);
    for (auto const& given : call)
        check_name(given, rules, found);
}

std::string missing_pointer(codecs::variables const& call, std::string_view bare) {
    if (!call.empty()) {
        auto const& known = call.begin()->pointer;
        if (!known.starts_with('/')) return std::string(bare); // a form
        if (known.starts_with("/keys/")) return "/keys";
        if (auto const slash = known.find('/', 1); slash != known.npos) {
            return known.substr(0, slash + 1).append(bare); // XML: below its root
        }
    }
    return std::string("/").append(bare);
}

codecs::variable const* required_field(codecs::variables const& call, std::string_view full,
                                       std::string_view bare, field_problems& found) {
    auto const* variable = call.find(full);
    if (!variable) {
        found.push_back({missing_pointer(call, bare), fmt::format("{} is missing.", bare)});
        return nullptr;
    }
    if (variable->is_list) {
        found.push_back(
            {variable->pointer, fmt::format("{} must be one value, not a list.", bare)});
        return nullptr;
    }
    if (variable->value().empty()) {
        found.push_back({variable->pointer, fmt::format("{} must not be empty.", bare)});
        return nullptr;
    }
    return variable;
}

bool check_not_decimal(codecs::variable const& given, std::string_view bare,
                       field_problems& found) {
    auto const text = std::ranges::find_if(given.values, codecs::is_decimal_text);
    auto const at = given.decimal.value_or(static_cast<std::size_t>(text - given.values.begin()));
    if (at >= given.values.size()) return true;
    found.push_back({given.pointer, decimal_problem(bare, given.values[at])});
    return false;
}

std::string decimal_problem(std::string_view bare, std::string_view text) {
    return fmt::format("{}: {} is a decimal number: its zeros would be dialled.", bare,
                       codecs::quoted_excerpt(text));
}

} // namespace sluice::gateway::call
