#include "gateway/config/suggestion.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace sluice::gateway::config {
namespace {

constexpr std::size_t longest_word = 64; // the cost is quadratic, and a file may say anything

// Damerau-Levenshtein distance, restricted: no text is edited twice.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before_last.swap(last);
        last.swap(row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            auto const replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
    }
    return row[b.size()];
}

} // namespace

std::string_view nearest(std::string_view word, std::span<std::string const> candidates) {
    if (word.size() > longest_word) return {};
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (auto const& candidate : candidates) {
        auto const edits = distance(word, candidate);
        if (edits >= best_distance) continue;
        best = candidate;
        best_distance = edits;
    }
    return best;
}

} // namespace sluice::gateway::config
