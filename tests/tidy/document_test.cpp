// The tests that the documents name as proof are there.
#include "tests/tidy/source_file.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace sluice::tests::tidy;

// Each with the least number of tests that it names.
constexpr std::pair<char const*, std::size_t> documents_with_proof[] = {
    {SLUICE_SOURCE_DIR "/docs/dispatch.md", 60},
    {SLUICE_SOURCE_DIR "/docs/guarantees.md", 30},
    {SLUICE_SOURCE_DIR "/docs/reliability.md", 50},
};

std::string text_of(char const* path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

// The last cells of the comparison's rows, behind their words: `suite` or `suite/case` each.
std::vector<std::string> named_tests(char const* document) {
    std::vector<std::string> names;
    std::regex const row(R"re(\|([^|\n]*`[^|\n]*)\|\n)re");
    std::regex const name(R"re(`([a-z0-9_]+(/[a-z0-9_]+)?)`)re");
    auto const text = text_of(document);
    for (std::sregex_iterator cell(text.begin(), text.end(), row), end; cell != end; ++cell) {
        auto const words = (*cell)[1].str();
        auto const tests = words.substr(std::min(words.find(": "), words.size()));
        for (std::sregex_iterator each(tests.begin(), tests.end(), name); each != end; ++each) {
            names.push_back((*each)[1]);
        }
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
        // A bench has no suites: its file is the name.
        if (file.path == "tests/bench/" + suite + ".cpp") return true;
        if (!has_macro(file, "_TEST_SUITE", suite)) return false;
        return slash == name.npos || has_macro(file, "_TEST_CASE", name.substr(slash + 1));
    });
}

} // namespace

BOOST_AUTO_TEST_SUITE(documents)

BOOST_AUTO_TEST_CASE(every_test_that_is_named_as_proof_is_there) {
    auto const tree = read_tree(SLUICE_SOURCE_DIR);
    for (auto const& [document, least] : documents_with_proof) {
        auto const names = named_tests(document);
        BOOST_TEST(names.size() > least, document << " names " << names.size());
        for (auto const& name : names)
            BOOST_TEST(is_there(tree, name), document << ": " << name);
    }
}

BOOST_AUTO_TEST_SUITE_END()
