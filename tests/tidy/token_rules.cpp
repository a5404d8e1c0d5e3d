#include "tests/tidy/allowances.hpp"
#include "tests/tidy/rules.hpp"

#include <regex>
#include <span>
#include <string>

namespace sluice::tests::tidy {
namespace {

// A pattern that code (comments and literals blanked) must not match.
struct ban {
    std::regex pattern;
    std::string reason;
    std::span<std::string_view const> allowed = {}; // Files that may.
    bool headers_only = false;
};

std::vector<ban> make_bans() {
    std::vector<ban> bans;
    bans.push_back({std::regex(R"(clock\w*::now\s*\()"), "reads a clock: take `now` as a value",
                    clock_readers});
    bans.push_back({std::regex(R"(\bdetached\b|\.detach\s*\()"),
                    "nobody owns it: give the work an owner that sees how it ends"});
    bans.push_back({std::regex(R"(\b(async_)?read(_\w+)?\s*\(.*\bparser_?\.get\s*\()"),
                    "reads into the message and so past body_limit: pass the parser"});
    bans.push_back(
        {std::regex(R"(\bsleep_(for|until)\b|\b(u|nano)sleep\s*\(|(^|[^\w>])::sleep\s*\()"),
         "sleeps: wait for a condition or a timer"});
    bans.push_back({std::regex(R"(\bstd::(cout|cerr|clog)\b)"),
                    "writes to the terminal: return text or log", terminal_writers});
    bans.push_back({std::regex(R"(\b(v?s?f?printf|puts)\s*\()"),
                    "use fmt, which checks its arguments", terminal_writers});
    bans.push_back(
        {std::regex(R"(\busing\s+namespace\s+(?!std::(\w+_)?literals\b|std::literals::))"),
         "opens a namespace for everyone who includes it",
         {},
         true});
    return bans;
}

bool applies(ban const& each, source_file const& file) {
    return file.is_cpp() && !is_allowed(file.path, each.allowed) &&
           (!each.headers_only || file.is_header());
}

} // namespace

std::vector<finding> check_banned_tokens(source_tree const& tree) {
    std::vector<finding> findings;
    for (auto const& each : make_bans()) {
        for (auto const& file : tree) {
            for (std::size_t i = 0; applies(each, file) && i < file.code.size(); ++i) {
                std::smatch match;
                if (std::regex_search(file.code[i], match, each.pattern)) {
                    findings.push_back({file.path, i + 1, "'" + match.str() + "' " + each.reason});
                }
            }
        }
    }
    return findings;
}

std::vector<finding> check_unfinished_marks(source_tree const& tree) {
    // Written in pieces, so that this file does not break its own rule.
    std::regex const pattern("\\b(TO"
                             "DO|FIX"
                             "ME|XX"
                             "X|HA"
                             "CK)\\b");
    std::vector<finding> findings;
    for (auto const& file : tree) {
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            std::smatch match;
            if (std::regex_search(file.lines[i], match, pattern)) {
                findings.push_back({file.path, i + 1, "unfinished: " + match.str()});
            }
        }
    }
    return findings;
}

} // namespace sluice::tests::tidy
