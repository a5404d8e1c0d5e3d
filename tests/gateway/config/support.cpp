#include "tests/gateway/config/support.hpp"

#include "tests/gateway/client/certificates.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace sluice::gateway::config::test {

namespace {

std::string content(std::string const& path) {
    return read_file(path).value();
}

} // namespace

pem_texts const& pem() {
    static pem_texts const made = [] {
        tests::certificate_authority authority;
        auto const one = authority.issue("one");
        auto const other = authority.issue("other");
        return pem_texts{content(one.certificate), content(one.key), content(other.key)};
    }();
    return made;
}
namespace {

constexpr std::string_view mark = "§";

std::optional<expression_problem> find_wrong(std::string_view text, std::string_view what) {
    auto const at = text.find("WRONG");
    if (at == std::string_view::npos) return {};
    return expression_problem{"bad " + std::string(what), at};
}

std::string describe(problem_list const& problems) {
    std::string text;
    for (auto const& one : problems)
        text += "\n  " + one.to_string();
    return text;
}

void expect_one(std::string text, broken const& row, severity level, file_reader const& read) {
    auto const at = text.find(mark);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, "no mark in: " << row.text);
    text.erase(at, mark.size());
    auto const line =
        static_cast<std::size_t>(std::count(text.begin(), text.begin() + at, '\n')) + 1;
    auto const begin = text.rfind('\n', at == 0 ? 0 : at - 1) + 1;
    // Columns are characters.
    auto const column = static_cast<std::size_t>(std::count_if(
                            text.begin() + static_cast<std::ptrdiff_t>(begin), text.begin() + at,
                            [](char c) { return (c & 0xC0) != 0x80; })) +
                        1;

    auto const result = load(text, "f.toml", word_checker(), read);
    BOOST_TEST_CONTEXT("in: " << row.text << describe(result.problems)) {
        BOOST_REQUIRE_EQUAL(result.problems.size(), 1U);
        auto const& found = result.problems.front();
        BOOST_TEST(found.file == "f.toml");
        BOOST_TEST(found.line == line);
        BOOST_TEST(found.column == column);
        BOOST_TEST(found.message.find(row.message) != std::string::npos);
        BOOST_TEST((found.level == level));
    }
}

} // namespace

std::string security_id(char n) {
    return std::string(64, n);
}

file_reader files(std::map<std::string, std::string> content) {
    return [content =
                std::move(content)](std::string const& path) -> boost::system::result<std::string> {
        auto const found = content.find(path);
        if (found == content.end())
            return make_error_code(boost::system::errc::no_such_file_or_directory);
        return found->second;
    };
}

std::optional<expression_problem> word_checker::check_rule(std::string_view rule) const {
    return find_wrong(rule, "rule");
}

std::vector<expression_problem> word_checker::check_template(std::string_view text, template_use,
                                                             std::string_view type) const {
    auto const found = find_wrong(text, "template for [" + std::string(type) + "]");
    return found ? std::vector{*found} : std::vector<expression_problem>();
}

std::optional<expression_problem>
word_checker::check_mapping(std::string_view variable, std::string_view path,
                            std::span<std::pair<std::string, std::string> const>) const {
    return find_wrong(path, "mapping of " + std::string(variable));
}

configuration load_good(std::string_view text, file_reader const& read) {
    auto result = load(text, "f.toml", word_checker(), read);
    BOOST_TEST_REQUIRE(result.ok(), "in: " << text << describe(result.problems));
    return std::move(result.settings);
}

void expect_broken(std::span<broken const> table, std::string_view before, severity level,
                   file_reader const& read) {
    for (auto const& row : table)
        expect_one(std::string(before).append(row.text), row, level, read);
}

} // namespace sluice::gateway::config::test
