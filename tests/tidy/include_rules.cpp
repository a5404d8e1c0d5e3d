#include "tests/tidy/rooms.hpp"
#include "tests/tidy/rules.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::tests::tidy {
namespace {

// The name between "" or <> of an #include that is code, not part of a comment or a literal.
std::optional<std::string_view> included_name(source_file const& file, std::size_t line) {
    if (!file.code[line].starts_with("#include")) {
        return std::nullopt;
    }
    std::string_view const text = file.lines[line];
    auto const begin = text.find_first_of("\"<");
    auto const end = text.find_last_of("\">");
    if (begin == text.npos || end <= begin) {
        return std::nullopt;
    }
    return text.substr(begin + 1, end - begin - 1);
}

bool is_ours(std::string_view included) {
    return included.starts_with("codecs/") || included.starts_with("queue/") ||
           included.starts_with("gateway/") || included.starts_with("tests/");
}

bool is_forbidden(room const& from, std::string_view included) {
    if (!is_ours(included)) {
        return std::ranges::any_of(from.forbidden,
                                   [&](auto each) { return included.starts_with(each); });
    }
    auto const* const to = room_of(rooms(), included);
    return !to ||
           (to != &from && std::ranges::find(from.may_include, to->name) == from.may_include.end());
}

bool is_of_a_room(std::string_view path) {
    return path.starts_with("codecs/") || path.starts_with("queue/") ||
           path.starts_with("gateway/");
}

} // namespace

std::vector<finding> check_include_arrows(source_tree const& tree) {
    std::vector<finding> findings;
    for (auto const& file : tree) {
        if (!file.is_cpp() || !is_of_a_room(file.path)) continue;
        auto const* const from = room_of(rooms(), file.path);
        if (!from) {
            findings.push_back({file.path, 1, "stands in no room of tests/tidy/rooms.cpp"});
            continue;
        }
        for (std::size_t i = 0; i < file.code.size(); ++i) {
            auto const name = included_name(file, i);
            if (name && is_forbidden(*from, *name)) {
                findings.push_back({file.path, i + 1, "must not include " + std::string(*name)});
            }
        }
    }
    return findings;
}

} // namespace sluice::tests::tidy
