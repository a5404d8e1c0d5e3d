// The rules against small samples: what must be found, and what must not.
#include "tests/tidy/rooms.hpp"
#include "tests/tidy/rules.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using namespace sluice::tests::tidy;

source_tree tree_of(std::string path, std::string text) {
    return {make_source_file(std::move(path), std::move(text))};
}

std::vector<std::size_t> lines_found(rule check, std::string path, std::string text) {
    std::vector<std::size_t> lines;
    for (auto const& each : check(tree_of(std::move(path), std::move(text)))) {
        lines.push_back(each.line);
    }
    return lines;
}

void expect_finding(rule check, std::string const& path, std::string const& text,
                    std::size_t line) {
    BOOST_TEST_CONTEXT(path << ": " << text) {
        BOOST_TEST(lines_found(check, path, text) == std::vector{line},
                   boost::test_tools::per_element());
    }
}

void expect_nothing(rule check, std::string const& path, std::string const& text) {
    BOOST_TEST_CONTEXT(path << ": " << text) {
        BOOST_TEST(lines_found(check, path, text).empty());
    }
}

std::string repeat(std::string const& text, std::size_t count) {
    std::string result;
    for (std::size_t i = 0; i < count; ++i) {
        result += text;
    }
    return result;
}

} // namespace

BOOST_AUTO_TEST_SUITE(rules)

BOOST_AUTO_TEST_CASE(an_include_against_the_arrows_is_found) {
    auto const check = check_include_arrows;
    expect_finding(check, "codecs/a.cpp", "\n#include \"queue/core/task.hpp\"\n", 2);
    expect_finding(check, "codecs/a.hpp", "#include \"gateway/plan/message.hpp\"\n", 1);
    expect_finding(check, "codecs/a.hpp", "#include <boost/asio/buffer.hpp>\n", 1);
    expect_finding(check, "queue/core/a.hpp", "#include \"codecs/json.hpp\"\n", 1);
    expect_finding(check, "queue/core/a.hpp", "#include \"queue/journal/journal.hpp\"\n", 1);
    expect_finding(check, "queue/journal/a.cpp", "#include <boost/asio/post.hpp>\n", 1);
    expect_finding(check, "gateway/server/a.cpp", "#include \"gateway/call/times.hpp\"\n", 1);
    expect_finding(check, "gateway/config/a.cpp", "#include \"gateway/serve/app.hpp\"\n", 1);
    expect_finding(check, "gateway/call/a.cpp", "#include \"tests/support/process.hpp\"\n", 1);
    expect_finding(check, "gateway/attic/a.cpp", "\n", 1); // a room that the table does not know
}

BOOST_AUTO_TEST_CASE(an_include_along_the_arrows_is_fine) {
    auto const check = check_include_arrows;
    expect_nothing(check, "codecs/a.cpp", "#include \"codecs/json.hpp\"\n");
    expect_nothing(check, "gateway/call/a.cpp", "#include \"queue/core/task.hpp\"\n");
    expect_nothing(check, "queue/dispatch/a.cpp", "#include <boost/asio/post.hpp>\n");
    expect_nothing(check, "codecs/a.cpp", "// #include \"queue/core/task.hpp\"\n");
    expect_nothing(check, "tests/e2e/a.cpp", "#include \"gateway/call/times.hpp\"\n");
}

BOOST_AUTO_TEST_CASE(a_cycle_of_rooms_is_found) {
    std::vector<room> house{{"cellar", {}}, {"kitchen", {"cellar", "hall"}}, {"hall", {"kitchen"}}};
    BOOST_TEST(rising_arrows(house) == std::vector<std::string>{"kitchen -> hall"},
               boost::test_tools::per_element());
    house[1].may_include = {"cellar"};
    BOOST_TEST(rising_arrows(house).empty());
}

BOOST_AUTO_TEST_CASE(a_long_file_is_found) {
    expect_finding(check_file_length, "queue/a.cpp", repeat("\n", 401), 401);
    expect_nothing(check_file_length, "queue/a.cpp", repeat("\n", 400));
}

BOOST_AUTO_TEST_CASE(a_long_line_is_found) {
    expect_finding(check_line_length, "queue/a.cpp", "\n" + repeat("x", 101) + "\n", 2);
    expect_nothing(check_line_length, "queue/a.cpp", repeat("x", 100) + "\n");
    expect_nothing(check_line_length, "queue/a.cpp", repeat("\u00e9", 100) + "\n");
}

BOOST_AUTO_TEST_CASE(a_long_function_is_found_whatever_its_form) {
    auto const body = "{\n" + repeat("    call();\n", 69) + "}\n";
    auto const check = check_function_length;
    expect_finding(check, "queue/a.cpp", "void f(int a) " + body, 1);
    expect_finding(check, "queue/a.cpp", "namespace a {\nint f() const noexcept " + body + "}\n",
                   2);
    expect_finding(check, "queue/a.cpp", "class a {\n  auto f() -> int " + body + "};\n", 2);
    expect_finding(check, "queue/a.cpp", "a::a(int b) : b_{b}, c_(2) " + body, 1);
    expect_finding(check, "queue/a.cpp", "BOOST_AUTO_TEST_CASE(name) " + body, 1);
    expect_finding(check, "queue/a.cpp", "#include <a>\nint a = b(1);\nvoid f() " + body, 3);
    expect_finding(check, "queue/a.cpp", "template <class T> struct a f() " + body, 1);
}

BOOST_AUTO_TEST_CASE(many_short_functions_are_fine) {
    auto const body = "{\n" + repeat("    call();\n", 20) + "}\n";
    auto const check = check_function_length;
    expect_nothing(check, "queue/a.cpp", repeat("void f(int a) " + body, 10));
    expect_nothing(check, "queue/a.cpp", "namespace {\n" + repeat("int f() " + body, 10) + "}\n");
    expect_nothing(check, "queue/a.cpp", "class a {\n" + repeat("void f() " + body, 10) + "};\n");
    expect_nothing(check, "queue/a.cpp",
                   "struct a final : b<c> {\n" + repeat("int d;\n", 80) + "};");
}

BOOST_AUTO_TEST_CASE(braces_in_literals_and_comments_do_not_count) {
    auto const text =
        "void f() { // }\n char const* a = \"{\"; char b = '{'; auto c = R\"({)\"; }\n";
    expect_nothing(check_function_length, "queue/a.cpp", repeat(text, 60));
}

BOOST_AUTO_TEST_CASE(banned_tokens_are_found) {
    auto const check = check_banned_tokens;
    expect_finding(check, "queue/a.cpp", "auto t = std::chrono::steady_clock::now();\n", 1);
    expect_finding(check, "gateway/a.cpp", "co_spawn(io, f(), asio::detached);\n", 1);
    expect_finding(check, "gateway/a.cpp", "thread.detach();\n", 1);
    expect_finding(check, "gateway/a.cpp", "http::async_read(s, b, parser.get());\n", 1);
    expect_finding(check, "tests/queue/a.cpp", "std::this_thread::sleep_for(1s);\n", 1);
    expect_finding(check, "tests/queue/a.cpp", "::usleep(10);\n", 1);
    expect_finding(check, "gateway/a.cpp", "std::cout << 1;\n", 1);
    expect_finding(check, "gateway/a.cpp", "std::printf(x);\n", 1);
    expect_finding(check, "gateway/a.hpp", "using namespace std;\n", 1);
}

BOOST_AUTO_TEST_CASE(words_that_only_look_banned_are_fine) {
    auto const check = check_banned_tokens;
    expect_nothing(check, "queue/a.cpp", "// never ::now() here, and not \"sleep(\"\n");
    expect_nothing(check, "queue/a.cpp", "char const* a = \"std::cout\";\n");
    expect_nothing(check, "gateway/main.cpp", "std::cout << 1;\n");
    expect_nothing(check, "gateway/a.cpp", "using namespace std::chrono_literals;\n");
    expect_nothing(check, "gateway/a.hpp", "using namespace std::chrono_literals;\n");
    expect_nothing(check, "gateway/a.cpp", "auto size = parser.get().size();\n");
    expect_nothing(check, "gateway/a.cpp", "auto const asleep = is_asleep(1);\n");
    expect_nothing(check, "gateway/a.cpp", "void deadline::sleep() {\n    timer.sleep();\n");
}

BOOST_AUTO_TEST_CASE(unfinished_marks_are_found_in_comments_too) {
    expect_finding(check_unfinished_marks, "queue/a.cpp",
                   "\n// TO"
                   "DO: later\n",
                   2);
    expect_finding(check_unfinished_marks, "queue/a.cpp",
                   "int a; // FIX"
                   "ME\n",
                   1);
    expect_nothing(check_unfinished_marks, "queue/a.cpp", "// nothing left to do\n");
}

BOOST_AUTO_TEST_CASE(a_header_without_guard_or_comment_is_found) {
    expect_finding(check_pragma_once, "queue/a.hpp", "// What it is.\nint a;\n", 1);
    expect_finding(check_pragma_once, "queue/a.hpp", "// #pragma once\n", 1);
    expect_nothing(check_pragma_once, "queue/a.hpp", "// What it is.\n#pragma once\n");
    expect_finding(check_header_comment, "queue/a.hpp", "#pragma once\n", 1);
    expect_nothing(check_header_comment, "queue/a.hpp", "// What it is.\n#pragma once\n");
}

BOOST_AUTO_TEST_CASE(a_source_that_is_not_built_is_found) {
    auto tree = tree_of("queue/core/lane.cpp", "int a;\n");
    tree.push_back(make_source_file("queue/CMakeLists.txt", "add_library(q airlane.cpp)\n"));
    BOOST_TEST(check_sources_are_built(tree).size() == 1U);
    tree.push_back(make_source_file("CMakeLists.txt", "add_library(q queue/core/lane.cpp)\n"));
    BOOST_TEST(check_sources_are_built(tree).empty());
    tree.back() = make_source_file("queue/CMakeLists.txt", "add_library(q core/la${part}.cpp)\n");
    BOOST_TEST(check_sources_are_built(tree).empty());
    tree.back() = make_source_file("queue/CMakeLists.txt", "add_library(q ${part}x.cpp)\n");
    BOOST_TEST(check_sources_are_built(tree).size() == 1U);
    tree.back() =
        make_source_file("tests/CMakeLists.txt",
                         "add_library(q\n    ${PROJECT_SOURCE_DIR}/queue/core/lane.cpp\n)\n");
    BOOST_TEST(check_sources_are_built(tree).empty());
}

BOOST_AUTO_TEST_CASE(bad_white_space_is_found) {
    auto const check = check_white_space;
    expect_finding(check, "queue/a.cpp", "int a;\r\n", 1);
    expect_finding(check, "queue/a.cpp", "\tint a;\n", 1);
    expect_finding(check, "queue/a.cpp", "int a; \n", 1);
    expect_finding(check, "queue/a.cpp", "int a;", 1);
    expect_finding(check, "queue/a.cpp", "int a;\n\n", 2);
    expect_nothing(check, "queue/a.cpp", "int a;\n\nint b;\n");
}

BOOST_AUTO_TEST_SUITE_END()
