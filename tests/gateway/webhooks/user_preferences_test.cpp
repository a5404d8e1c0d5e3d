#include "gateway/webhooks/template_variables.hpp"
#include "gateway/webhooks/user_preferences.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::webhooks::user_preferences_test {

namespace {

codecs::variables call_of(std::string const& contact, std::vector<std::string> const& values) {
    codecs::variables call;
    call.add({"$user.syskey.contactNumber", {contact}, false, "/contactNumber"});
    for (std::size_t i = 0; i < values.size(); ++i) {
        auto const name = "k" + std::to_string(i);
        call.add({"$user.key." + name, {values[i]}, false, "/" + name});
    }
    return call;
}

// The first problem; empty where there is none.
std::string problem_of(codecs::variables const& call, preferences_rules const& rules = {}) {
    auto const checked = check_user_preferences(call, "91", rules);
    return checked ? std::string() : checked.error().errors.at(0).detail;
}

} // namespace

BOOST_AUTO_TEST_SUITE(user_preferences)

BOOST_AUTO_TEST_CASE(every_way_to_write_a_number_is_one_person) {
    for (auto const* const text :
         {"8000374123", "+91 80003 74123", "918000374123", "08000374123", "0091-8000-374123"}) {
        BOOST_TEST(contact_key(text, "91").value() == "918000374123", text);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_kept_as_it_was_written) {
    for (std::string const text : {"Some.Body@example.com", "id-17", "12", " x ", "\xe2\x82\xac"}) {
        BOOST_TEST(contact_key(text, "91").value() == text);
    }
    BOOST_TEST(contact_key(std::string(128, 'x'), "91").has_value());
    BOOST_TEST(!contact_key(std::string(129, 'x'), "91"));
    BOOST_TEST(!contact_key("", "91"));
    BOOST_TEST(!contact_key("a\nb", "91"));
    BOOST_TEST(!contact_key(std::string_view("a\0b", 3), "91"));
}

BOOST_AUTO_TEST_CASE(a_decimal_number_is_no_person) {
    BOOST_TEST(!contact_key("9879964805.0", "91"));
    BOOST_TEST(problem_of(call_of("9879964805.0", {})) ==
               "contactNumber: \"9879964805.0\" is a decimal number: its zeros would be dialled.");
    for (auto const* const body : {R"({"contactNumber":9879964805.0})", R"({"contactNumber":9e9})",
                                   R"({"contactNumber":98799648.05})"}) {
        auto const decoded =
            codecs::decode_variables(codecs::media_kind::json, body, user_preferences_names());
        BOOST_TEST(problem_of(*decoded).find("is a decimal number") != std::string::npos, body);
    }
}

BOOST_AUTO_TEST_CASE(a_call_without_variables_reads) {
    auto const checked = check_user_preferences(call_of("8000374123", {}), "91", {});
    BOOST_TEST(checked->contact == "918000374123");
    BOOST_TEST(checked->changes.empty());
}

BOOST_AUTO_TEST_CASE(variables_of_the_user_become_changes_others_do_not) {
    auto call = call_of("8000374123", {"v"});
    call.add({"$flow.key.city", {"Pune"}, false, "/x"});
    call.add({"$user.key.list", {"a", "b"}, true, "/list"});
    auto const checked = check_user_preferences(call, "91", {});
    BOOST_REQUIRE(checked->changes.size() == 2U);
    BOOST_TEST(checked->changes[0].name == "$user.key.k0");
    BOOST_TEST(checked->changes[0].value.value() == "v");
    BOOST_TEST(checked->changes[1].value.value() == "a,b");
}

BOOST_AUTO_TEST_CASE(an_empty_value_removes_only_where_the_configuration_says_so) {
    auto const call = call_of("8000374123", {""});
    preferences_rules rules;
    BOOST_TEST(check_user_preferences(call, "91", rules)->changes.at(0).value.value().empty());
    rules.delete_empty = true;
    BOOST_TEST(!check_user_preferences(call, "91", rules)->changes.at(0).value);
}

BOOST_AUTO_TEST_CASE(what_is_past_a_limit_is_named) {
    preferences_rules const rules{2, 2, 3, false};
    BOOST_TEST(problem_of(call_of("8000374123", {"123", "123"}), rules).empty());
    BOOST_TEST(problem_of(call_of("8000374123", {"1234"}), rules) ==
               "The value of a variable must have at most 3 bytes; it has 4.");
    BOOST_TEST(problem_of(call_of("8000374123", {"1", "2", "3"}), rules) ==
               "A person has at most 2 variables; the call has 3.");
    auto long_name = call_of("8000374123", {});
    long_name.add({"$user.key.abc", {"v"}, false, "/abc"});
    BOOST_TEST(problem_of(long_name, rules).find("at most 2 bytes behind") != std::string::npos);
    auto no_name = call_of("8000374123", {});
    no_name.add({"$user.key.", {"v"}, false, "/"});
    BOOST_TEST(problem_of(no_name, rules) == "$user.key. needs a name behind it.");
}

BOOST_AUTO_TEST_CASE(a_contact_must_be_there_once) {
    BOOST_TEST(problem_of({}) == "contactNumber is missing.");
    BOOST_TEST(problem_of(call_of("", {})) == "contactNumber must not be empty.");
    codecs::variables two;
    two.add({"$user.syskey.contactNumber", {"1", "2"}, true, "/contactNumber"});
    BOOST_TEST(problem_of(two) == "contactNumber must be one value, not a list.");
    BOOST_TEST(problem_of(call_of("a\nb", {})).starts_with("contactNumber must be"));
}

BOOST_AUTO_TEST_CASE(bare_names_are_the_users) {
    auto const decoded = codecs::decode_variables(
        codecs::media_kind::json,
        R"({"contactNumber":"1","accountID":"163","city":"Pune","method":"m"})",
        user_preferences_names());
    BOOST_TEST(decoded->value("$user.syskey.contactNumber") == "1");
    BOOST_TEST(decoded->value("$user.syskey.accountID") == "163");
    BOOST_TEST(decoded->value("$user.key.city") == "Pune");
    BOOST_TEST(decoded->value("method") == "m");
}

BOOST_AUTO_TEST_CASE(a_person_is_shown_in_both_forms) {
    tables::user_variables const kept{
        {"$user.key.a", "x\"<", queue::wall_time(std::chrono::milliseconds(0))}};
    std::string out;
    append_preferences(out, codecs::media_kind::json, {"163", "918000374123"}, &kept);
    BOOST_TEST(out == R"({"accountID":"163","contactNumber":"918000374123",)"
                      R"("keys":[{"name":"$user.key.a","value":"x\"<"}]})");
    out.clear();
    append_preferences(out, codecs::media_kind::xml, {"163", "91&"}, &kept, key_times::shown);
    BOOST_TEST(out == "<response><accountID>163</accountID><contactNumber>91&amp;</contactNumber>"
                      "<keys><key name=\"$user.key.a\" updated=\"1970-01-01T00:00:00.000Z\">"
                      "x\"&lt;</key></keys></response>");
    out.clear();
    append_preferences(out, codecs::media_kind::json, {"163", "c"}, nullptr);
    BOOST_TEST(out == R"({"accountID":"163","contactNumber":"c","keys":[]})");
    out.clear();
    append_erasure(out, codecs::media_kind::json, {"163", "c"}, 2);
    BOOST_TEST(out == R"({"accountID":"163","contactNumber":"c","erased":2})");
}

BOOST_AUTO_TEST_CASE(a_variable_is_found_by_its_full_name) {
    tables::user_variables const kept{{"$user.key.a", "1", {}}, {"$user.key.c", "3", {}}};
    BOOST_TEST(*find_user_variable(&kept, "$user.key.c") == "3");
    for (auto const* const name : {"$user.key.b", "$user.key.d", "a", ""}) {
        BOOST_TEST(!find_user_variable(&kept, name));
    }
    BOOST_TEST(!find_user_variable(nullptr, "$user.key.a"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::webhooks::user_preferences_test
