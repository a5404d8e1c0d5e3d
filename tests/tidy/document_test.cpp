// What the documents say about the tree is so: the tests, rooms, keys and files they name are
// there.
#include "tests/tidy/rooms.hpp"
#include "tests/tidy/source_file.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace sluice::tests::tidy;
namespace fs = std::filesystem;

fs::path const root = SLUICE_SOURCE_DIR;

std::string text_of(fs::path const& path) {
    std::ifstream in(root / path);
    return {std::istreambuf_iterator<char>(in), {}};
}

// The documents of the repository, from its root.
std::vector<fs::path> documents_there() {
    std::vector<fs::path> all;
    for (auto const* folder : {".", "docs", "docs/adr", "queue/journal"}) {
        for (auto const& each : fs::directory_iterator(root / folder)) {
            if (each.path().extension() == ".md")
                all.push_back(fs::path(folder) / each.path().filename());
        }
    }
    return all;
}

// Every match of the first group.
std::vector<std::string> matches(std::string const& text, std::string const& expression) {
    std::vector<std::string> all;
    std::regex const wanted(expression);
    for (std::sregex_iterator each(text.begin(), text.end(), wanted), end; each != end; ++each)
        all.push_back((*each)[1]);
    return all;
}

// The last cells of a document's tables, behind their words: `suite` or `suite/case` each.
std::vector<std::string> named_tests(fs::path const& document) {
    std::vector<std::string> names;
    for (auto const& cell : matches(text_of(document), R"re(\|([^|\n]*`[^|\n]*)\|\n)re")) {
        auto const tests = cell.substr(std::min(cell.find(": "), cell.size()));
        auto const found = matches(tests, R"re(`([a-z0-9_]+(?:/[a-z0-9_]+)?)`)re");
        names.insert(names.end(), found.begin(), found.end());
    }
    return names;
}

// kind(name) or kind(name, …
bool has_macro(source_file const& file, std::string const& kind, std::string const& name) {
    auto const call = kind + "(" + name;
    return file.text.find(call + ")") != std::string::npos ||
           file.text.find(call + ",") != std::string::npos;
}

bool is_there(std::vector<source_file> const& tree, std::string const& name) {
    auto const slash = name.find('/');
    auto const suite = name.substr(0, slash);
    return std::ranges::any_of(tree, [&](source_file const& file) {
        if (!file.path.starts_with("tests/")) return false;
        // A bench or a fuzz target has no suites: its file is the name.
        for (auto const* folder : {"tests/bench/", "tests/fuzz/"}) {
            if (file.path == folder + suite + ".cpp") return true;
        }
        if (!has_macro(file, "_TEST_SUITE", suite)) return false;
        return slash == name.npos || has_macro(file, "_TEST_CASE", name.substr(slash + 1));
    });
}

} // namespace

BOOST_AUTO_TEST_SUITE(documents)

BOOST_AUTO_TEST_CASE(every_test_that_is_named_as_proof_is_there) {
    auto const tree = read_tree(root);
    for (auto const& [document, least] : std::vector<std::pair<fs::path, std::size_t>>{
             {"docs/dispatch.md", 60}, {"docs/guarantees.md", 30}, {"docs/reliability.md", 50}}) {
        auto const names = named_tests(document);
        BOOST_TEST(names.size() > least, document);
        for (auto const& name : names)
            BOOST_TEST(is_there(tree, name), name << " in " << document);
    }
}

BOOST_AUTO_TEST_CASE(the_page_on_architecture_names_every_room) {
    auto const page = text_of("docs/architecture.md");
    for (auto const& each : rooms())
        BOOST_TEST(page.find("| `" + std::string(each.name) + "` |") != page.npos, each.name);
}

BOOST_AUTO_TEST_CASE(the_words_are_thirty_at_most) {
    auto const page = text_of("docs/architecture.md");
    auto const begin = page.find("## Words");
    BOOST_REQUIRE(begin != page.npos);
    auto const rows = matches(page.substr(begin), R"re((\n\| [^-|w]))re");
    BOOST_TEST(rows.size() > 10U);
    BOOST_TEST(rows.size() <= 30U);
}

BOOST_AUTO_TEST_CASE(every_file_that_a_document_links_to_is_there) {
    for (auto const& document : documents_there()) {
        for (auto const& to : matches(text_of(document), R"re(\]\(([^)#]+)[^)]*\))re")) {
            if (to.find("://") != to.npos) continue;
            auto const path = root / document.parent_path() / to;
            BOOST_TEST(fs::exists(path), to << " of " << document);
        }
    }
}

// By its whole path, or by its name alone where the room is clear.
BOOST_AUTO_TEST_CASE(every_file_that_a_document_names_is_there) {
    auto const tree = read_tree(root);
    auto const is_in_tree = [&tree](std::string const& name) {
        return std::ranges::any_of(
            tree, [&name](source_file const& file) { return file.path.ends_with(name); });
    };
    for (auto const& document : documents_there()) {
        for (auto const& name : matches(text_of(document), R"re(`([\w/]+\.[ch]pp)`)re"))
            BOOST_TEST(is_in_tree(name), name << " in " << document);
    }
}

BOOST_AUTO_TEST_CASE(the_page_on_metrics_has_every_family_and_no_other) {
    std::set<std::string> families;
    for (auto const& file : read_tree(root)) {
        if (!file.path.starts_with("gateway/") || !file.path.ends_with(".cpp")) continue;
        for (auto const& name : matches(file.text, R"re("(sluice_[a-z_]+)")re"))
            families.insert(name);
    }
    auto const page = text_of("docs/metrics.md");
    auto const rows = matches(page, R"re(\n\| `(sluice_[a-z_]+)` \|)re");
    std::set<std::string> const shown(rows.begin(), rows.end());
    BOOST_TEST(families.size() > 60U);
    for (auto const& name : families)
        BOOST_TEST(shown.contains(name), name << " is not in docs/metrics.md");
    for (auto const& name : shown)
        BOOST_TEST(families.contains(name), name << " of docs/metrics.md is in no source");
}

// The keys as the readers of gateway/config ask for them.
BOOST_AUTO_TEST_CASE(the_example_shows_every_key_of_the_configuration) {
    auto const example = text_of("deploy/sluice.example.toml");
    std::set<std::string> keys;
    for (auto const& file : read_tree(root)) {
        if (!file.path.starts_with("gateway/config/read_")) continue;
        auto const asked = matches(file.text, R"re((?:in|root)\.[a-z_]+\("([A-Za-z_]+)")re");
        keys.insert(asked.begin(), asked.end());
    }
    BOOST_TEST(keys.size() > 80U);
    for (auto const& key : keys) {
        bool const is_shown = std::regex_search(example, std::regex("\\b" + key + "\\b"));
        BOOST_TEST(is_shown, key << " is not in deploy/sluice.example.toml");
    }
}

// Whoever reads the repository can open what it cites.
BOOST_AUTO_TEST_CASE(nothing_cites_what_is_not_here) {
    std::regex const absent("\\b(CONTRACT|DESIGN|ROOMS\\.md|FAULTS\\.md)\\b");
    for (auto const& file : read_tree(root)) {
        if (file.path == "tests/tidy/document_test.cpp") continue;
        BOOST_TEST(!std::regex_search(file.text, absent), file.path);
    }
    for (auto const& document : documents_there())
        BOOST_TEST(!std::regex_search(text_of(document), absent), document);
}

BOOST_AUTO_TEST_SUITE_END()
