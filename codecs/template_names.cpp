#include "codecs/template_places.hpp"

#include <algorithm>
#include <array>

namespace sluice::codecs {

namespace {

constexpr std::size_t max_name_size = 128;
constexpr std::size_t max_ends = 8;

struct name_family {
    std::string_view prefix;
    /// Its names have dots of their own, so an unset one is reported at its longest.
    bool has_dotted_names;
};

constexpr std::array families{
    name_family{"$flow.key.", false}, name_family{"$flow.syskey.", false},
    name_family{"$user.key.", false}, name_family{"$user.syskey.", false},
    name_family{"$sys.", true},       name_family{"$call.", true},
};

bool is_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
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

} // namespace

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
