#include "codecs/template_places.hpp"
#include "codecs/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::codecs {

namespace {

constexpr std::size_t max_name_size = 128;
constexpr std::size_t max_ends = 8;

struct name_family {
    std::string_view prefix;
    // Its names have dots of their own, so an unset one is reported at its longest.
    bool has_dotted_names;
};

constexpr std::array families{
    name_family{"$flow.key.", false}, name_family{"$flow.syskey.", false},
    name_family{"$user.key.", false}, name_family{"$user.syskey.", false},
    name_family{"$sys.", true},       name_family{"$call.", true},
};

bool is_word(char c) noexcept {
    return is_alphanumeric(c) || c == '_';
}

std::size_t word_end(std::string_view text, std::size_t i) noexcept {
    while (i < text.size() && is_word(text[i]))
        ++i;
    return i;
}

// The name that begins at `offset`, or nothing when the `$` there is only text.
std::optional<placed_name> name_at(std::string_view text, std::size_t offset) {
    auto const here = text.substr(offset, max_name_size);
    auto const* const family =
        std::find_if(families.begin(), families.end(),
                     [&](name_family const& each) { return here.starts_with(each.prefix); });
    if (family == families.end()) return std::nullopt;

    placed_name found;
    found.offset = offset;
    auto end = word_end(here, family->prefix.size());
    if (end == family->prefix.size()) return std::nullopt;
    found.ends.push_back(end);
    while (found.ends.size() < max_ends && end < here.size() &&
           (here[end] == '.' || here[end] == '-')) {
        auto const next = word_end(here, end + 1);
        if (next == end + 1) break;
        end = next;
        found.ends.push_back(end);
    }
    found.name = here.substr(0, end);
    found.unset_size = family->has_dotted_names ? end : found.ends.front();
    std::reverse(found.ends.begin(), found.ends.end());
    return found;
}

// The first words of all families: what begins with one of them is meant as a variable.
constexpr std::array<std::string_view, 4> first_words{"flow", "user", "sys", "call"};

// The names of the platform's own variables; others may come, but not in other letter case.
constexpr std::array<std::string_view, 9> platform_names{
    "$flow.syskey.apiVersion", "$flow.syskey.securityID",    "$flow.syskey.flowID",
    "$flow.syskey.clientID",   "$flow.syskey.delayMinutes",  "$flow.syskey.contactNumbers",
    "$flow.syskey.accountID",  "$user.syskey.contactNumber", "$user.syskey.accountID",
};

bool is_same_but_for_case(std::string_view a, std::string_view b) {
    return a != b && equal_ignoring_case(a, b);
}

// `$` and the words behind it, with the dots between them.
std::string_view dotted_name(std::string_view text, std::size_t offset) {
    auto end = word_end(text, offset + 1);
    while (end < text.size() && text[end] == '.' && word_end(text, end + 1) > end + 1)
        end = word_end(text, end + 1);
    return text.substr(offset, end - offset);
}

std::optional<std::string> doubt_about_known(std::string_view name) {
    constexpr std::string_view of_gateway = "$sys.";
    auto const end = name.find_first_of(".-", of_gateway.size());
    if (name.starts_with(of_gateway) && name.substr(0, end) != "$sys.datetime") {
        return fmt::format("{} has never a value: $sys.datetime is the only one of its kind", name);
    }
    for (auto const known : platform_names) {
        if (is_same_but_for_case(name.substr(0, known.size()), known) &&
            name.size() == known.size()) {
            return fmt::format("{} is not the name: {} is", name, known);
        }
    }
    return std::nullopt;
}

std::optional<std::string> doubt_about_unknown(std::string_view name) {
    auto const first = name.substr(1, name.find('.', 1) - 1);
    bool const has_more = first.size() + 1 < name.size();
    bool const is_meant = has_more && std::ranges::any_of(first_words, [&](std::string_view word) {
                              if (!first.starts_with(word)) return false;
                              auto const rest = first.substr(word.size()); // "$flowkey.x"
                              return rest.empty() || rest == "key" || rest == "syskey";
                          });
    if (!is_meant) return std::nullopt;
    return fmt::format("{} is no variable: names begin with $flow.key., $flow.syskey., $user.key., "
                       "$user.syskey., $sys. or $call.",
                       name);
}

} // namespace

std::vector<doubtful_name> find_doubtful_names(std::string_view text) {
    std::vector<doubtful_name> found;
    for (auto i = text.find('$'); i != text.npos;) {
        auto const known = name_at(text, i);
        auto const shown = known ? text.substr(i, known->unset_size) : dotted_name(text, i);
        if (auto doubt = known ? doubt_about_known(shown) : doubt_about_unknown(shown)) {
            found.push_back({i, std::move(*doubt)});
        }
        i = text.find('$', i + (known ? known->name.size() : 1));
    }
    return found;
}

std::vector<placed_name> find_template_names(std::string_view text) {
    std::vector<placed_name> names;
    for (auto i = text.find('$'); i != text.npos; i = text.find('$', i)) {
        if (auto found = name_at(text, i)) {
            i += found->name.size();
            names.push_back(*std::move(found));
        } else {
            ++i;
        }
    }
    return names;
}

} // namespace sluice::codecs
