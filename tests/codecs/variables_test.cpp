#include "codecs/form.hpp"
#include "codecs/json.hpp"
#include "codecs/variables.hpp"
#include "codecs/xml_text.hpp"
#include "tests/codecs/printing.hpp"
#include "tests/codecs/random.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::variables_test {

BOOST_AUTO_TEST_SUITE(variables_)

namespace {

name_rules outbound_rules() {
    return {.system_names = {{"flowID", "$flow.syskey.flowID"},
                             {"delayMinutes", "$flow.syskey.delayMinutes"},
                             {"contactNumbers", "$flow.syskey.contactNumbers"}},
            .plain_names = {"method", "longUrl"}};
}

// "name=v1|v2;" for each variable, lists marked with "*".
std::string shown(variables const& all) {
    std::string text;
    for (auto const& each : all) {
        text += each.name + (each.is_list ? "*=" : "=");
        for (std::size_t i = 0; i < each.values.size(); ++i) {
            text += (i == 0 ? "" : "|") + each.values[i];
        }
        text += ";";
    }
    return text;
}

std::string decoded(media_kind kind, std::string_view body) {
    auto const all = decode_variables(kind, body, outbound_rules());
    return all ? shown(*all) : "error: " + all.error().message();
}

struct refusal {
    std::string_view body;
    errc code;
    std::string_view pointer;
};

void check_refusals(media_kind kind, std::vector<refusal> const& cases) {
    for (auto const& [body, code, pointer] : cases) {
        auto const all = decode_variables(kind, body, outbound_rules());
        BOOST_TEST_CONTEXT(body) {
            BOOST_REQUIRE(all.has_error());
            BOOST_TEST(all.error().code == code);
            BOOST_TEST(all.error().pointer == pointer);
            BOOST_TEST(!all.error().detail.empty());
        }
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(json_takes_full_names_bare_names_and_keys) {
    std::string_view const expected = "$flow.syskey.flowID=BEK4YYnx;";
    for (auto const* const body : {
             R"({"flowID":"BEK4YYnx"})",
             R"({"$flow.syskey.flowID":"BEK4YYnx"})",
             R"({"keys":[{"name":"$flow.syskey.flowID","value":"BEK4YYnx"}]})",
             R"({"keys":[{"value":"BEK4YYnx","name":"flowID"}]})",
         }) {
        BOOST_TEST(decoded(media_kind::json, body) == expected);
    }
}

BOOST_AUTO_TEST_CASE(xml_takes_bare_names_and_keys) {
    std::string_view const expected = "$flow.syskey.flowID=BEK4YYnx;";
    for (auto const* const body : {
             "<request><flowID>BEK4YYnx</flowID></request>",
             "<request>\n <key name=\"$flow.syskey.flowID\">BEK4YYnx</key>\n</request>",
             "<r><keys><key name='flowID'>BEK<![CDATA[4YYnx]]></key></keys></r>",
             "<r><keys><key><name>flowID</name><value>BEK4YYnx</value></key></keys></r>",
             "<s:r xmlns:s='u'><s:flowID a='b'>BEK4<!-- c -->YYnx</s:flowID></s:r>",
         }) {
        BOOST_TEST(decoded(media_kind::xml, body) == expected);
    }
}

BOOST_AUTO_TEST_CASE(forms_take_full_and_bare_names) {
    BOOST_TEST(decoded(media_kind::form, "flowID=BEK4YYnx&%24flow.key.a=1+2&b=") ==
               "$flow.syskey.flowID=BEK4YYnx;$flow.key.a=1 2;$flow.key.b=;");
}

BOOST_AUTO_TEST_CASE(names_resolve_by_the_rules_of_the_method) {
    auto rules = outbound_rules();
    BOOST_TEST(rules.resolve("flowID") == "$flow.syskey.flowID");
    BOOST_TEST(rules.resolve("method") == "method");
    BOOST_TEST(rules.resolve("FlowID") == "$flow.key.FlowID");
    BOOST_TEST(rules.resolve("$user.key.x") == "$user.key.x");
    rules.default_prefix = "$user.key.";
    BOOST_TEST(rules.resolve("color") == "$user.key.color");
}

BOOST_AUTO_TEST_CASE(scalars_keep_their_source_text) {
    BOOST_TEST(
        decoded(media_kind::json,
                R"({"a":1.50,"b":true,"c":null,"d":12345678901234567890123,"e":-0,"f":""})") ==
        "$flow.key.a=1.50;$flow.key.b=true;$flow.key.c=;"
        "$flow.key.d=12345678901234567890123;$flow.key.e=-0;$flow.key.f=;");
}

BOOST_AUTO_TEST_CASE(lists_are_arrays_or_repeated_elements_and_fields) {
    std::string_view const expected = "$flow.syskey.contactNumbers*=1|2|3;";
    BOOST_TEST(decoded(media_kind::json, R"({"contactNumbers":["1",2,"3"]})") == expected);
    BOOST_TEST(decoded(media_kind::json,
                       R"({"keys":[{"name":"contactNumbers","value":["1",2,"3"]}]})") == expected);
    BOOST_TEST(decoded(media_kind::xml,
                       "<r><contactNumbers>1</contactNumbers><contactNumbers>2"
                       "</contactNumbers><contactNumbers>3</contactNumbers></r>") == expected);
    BOOST_TEST(decoded(media_kind::xml,
                       "<r><keys><key name='contactNumbers'>1</key><key name='contactNumbers'>2"
                       "</key></keys><key name='contactNumbers'>3</key></r>") == expected);
    BOOST_TEST(decoded(media_kind::form, "contactNumbers=1&contactNumbers=2&contactNumbers=3") ==
               expected);
    BOOST_TEST(decoded(media_kind::json, R"({"a":[]})") == "$flow.key.a*=;");
}

BOOST_AUTO_TEST_CASE(forms_may_be_mixed) {
    BOOST_TEST(decoded(media_kind::json,
                       R"({"method":"m","keys":[{"name":"a","value":1}],"$flow.key.b":2,"c":3})") ==
               "method=m;$flow.key.a=1;$flow.key.b=2;$flow.key.c=3;");
    BOOST_TEST(decoded(media_kind::json, R"({"keys":null})") == "");
    BOOST_TEST(decoded(media_kind::json, R"({"keys":[]})") == "");
    BOOST_TEST(decoded(media_kind::xml, "<r/>") == "");
    BOOST_TEST(decoded(media_kind::xml, "<r><key>v</key></r>") == "$flow.key.key=v;");
    BOOST_TEST(decoded(media_kind::none, "") == "");
    BOOST_TEST(decoded(media_kind::form, "") == "");
}

BOOST_AUTO_TEST_CASE(a_variable_given_twice_in_json_is_refused) {
    check_refusals(media_kind::json,
                   {
                       {R"({"flowID":"a","$flow.syskey.flowID":"a"})", errc::duplicate_variable,
                        "/$flow.syskey.flowID"},
                       {R"({"flowID":"a","keys":[{"name":"flowID","value":"a"}]})",
                        errc::duplicate_variable, "/keys/0/value"},
                       {R"({"keys":[{"name":"a","value":"1"},{"name":"a","value":"2"}]})",
                        errc::duplicate_variable, "/keys/1/value"},
                       {R"({"a":1,"a":2})", errc::duplicate_name, ""},
                   });
}

BOOST_AUTO_TEST_CASE(a_variable_given_in_two_forms_in_xml_is_refused) {
    check_refusals(media_kind::xml,
                   {
                       {"<r><flowID>a</flowID><key name='$flow.syskey.flowID'>a</key></r>",
                        errc::duplicate_variable, "/r/key"},
                       {"<r><flowID>a</flowID><key name='flowID'>a</key></r>",
                        errc::duplicate_variable, "/r/key"},
                       {"<r><key name='$flow.key.a'>1</key><key name='a'>2</key></r>",
                        errc::duplicate_variable, "/r/key"},
                   });
    check_refusals(media_kind::form, {{"flowID=a&%24flow.syskey.flowID=a", errc::duplicate_variable,
                                       "$flow.syskey.flowID"}});
}

BOOST_AUTO_TEST_CASE(nested_values_are_refused_with_their_pointer) {
    check_refusals(
        media_kind::json,
        {
            {R"({"a":{"b":1}})", errc::unexpected_shape, "/a"},
            {R"({"a/b":[1,{"c":2}]})", errc::unexpected_shape, "/a~1b/1"},
            {R"({"a":[[1]]})", errc::unexpected_shape, "/a/0"},
            {R"({"keys":{"a":1}})", errc::unexpected_shape, "/keys"},
            {R"({"keys":["a"]})", errc::unexpected_shape, "/keys/0"},
            {R"({"keys":[{"name":"a"}]})", errc::unexpected_shape, "/keys/0"},
            {R"({"keys":[{"name":1,"value":2}]})", errc::unexpected_shape, "/keys/0"},
            {R"({"keys":[{"name":"a","value":2,"type":3}]})", errc::unexpected_shape, "/keys/0"},
            {R"({"keys":[{"name":"a","value":{}}]})", errc::unexpected_shape, "/keys/0/value"},
            {"[1]", errc::unexpected_shape, ""},
            {"\"a\"", errc::unexpected_shape, ""},
        });
    check_refusals(
        media_kind::xml,
        {
            {"<r><a><b>1</b></a></r>", errc::unexpected_shape, "/r/a/b"},
            {"<r>text</r>", errc::unexpected_shape, "/r"},
            {"<r><keys><a>1</a></keys></r>", errc::unexpected_shape, "/r/keys/a"},
            {"<r><keys>text</keys></r>", errc::unexpected_shape, "/r/keys"},
            {"<r><keys><key>1</key></keys></r>", errc::unexpected_shape, "/r/keys/key"},
            {"<r><key><name>a</name></key></r>", errc::unexpected_shape, "/r/key"},
            {"<r><key><name>a</name><name>b</name></key></r>", errc::unexpected_shape, "/r/key"},
            {"<r><key name='a'><b/></key></r>", errc::unexpected_shape, "/r/key/b"},
        });
}

BOOST_AUTO_TEST_CASE(shape_errors_have_their_place_in_the_text) {
    auto const all = decode_variables(media_kind::json, "{\"a\":1,\n \"b\":{}}", outbound_rules());
    BOOST_TEST(all.error().where.line == 2U);
    BOOST_TEST(all.error().where.column == 6U);
}

BOOST_AUTO_TEST_CASE(names_must_be_there_short_and_printable) {
    check_refusals(media_kind::json, {
                                         {R"({"":1})", errc::invalid_name, "/"},
                                         {R"({"a\nb":1})", errc::invalid_name, "/a\nb"},
                                     });
    check_refusals(media_kind::form, {{"=1", errc::invalid_name, ""}});
    auto const long_name = std::string(257, 'n');
    check_refusals(media_kind::form, {{long_name, errc::invalid_name, long_name}});
}

BOOST_AUTO_TEST_CASE(count_and_lists_are_limited) {
    variable_limits const limits{.count = 2, .name_size = 9, .list_size = 2};
    auto const code = [&](media_kind kind, std::string_view body) {
        auto const all = decode_variables(kind, body, {}, limits);
        return all ? errc{} : all.error().code;
    };
    BOOST_TEST(code(media_kind::form, "a=1&b=2") == errc{});
    BOOST_TEST(code(media_kind::form, "a=1&b=2&c=3") == errc::too_many);
    BOOST_TEST(code(media_kind::form, "a=1&a=2") == errc{});
    BOOST_TEST(code(media_kind::form, "a=1&a=2&a=3") == errc::too_many);
    BOOST_TEST(code(media_kind::json, R"({"a":[1,2,3]})") == errc::too_many);
    BOOST_TEST(code(media_kind::json, R"({"longer than":1})") == errc::invalid_name);
}

BOOST_AUTO_TEST_CASE(bodies_of_other_types_are_refused) {
    for (auto const kind :
         {media_kind::none, media_kind::csv, media_kind::text, media_kind::other}) {
        auto const all = decode_variables(kind, "x", outbound_rules());
        BOOST_TEST(all.error().code == errc::unsupported_media_type);
    }
    BOOST_TEST(decode_variables(media_kind::json, "", {}).error().code == errc::incomplete);
    BOOST_TEST(decode_variables(media_kind::xml, "", {}).error().code == errc::incomplete);
}

BOOST_AUTO_TEST_CASE(a_json_number_with_a_fraction_is_marked) {
    name_rules const rules;
    auto const call = decode_variables(
        media_kind::json,
        R"({"a":1.0,"b":["1.0",5,1e3],"c":"1.0","keys":[{"name":"d","value":2.5}]})", rules);
    BOOST_TEST((call->find("$flow.key.a")->decimal == 0u));
    BOOST_TEST((call->find("$flow.key.b")->decimal == 2u));
    BOOST_TEST(!call->find("$flow.key.c")->decimal);
    BOOST_TEST((call->find("$flow.key.d")->decimal == 0u));
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_belongs_to_no_name) {
    std::string const mark = "\xEF\xBB\xBF";
    for (auto const& [kind, body] :
         {std::pair{media_kind::form, "a=1&b=2"}, std::pair{media_kind::json, R"({"a":1,"b":2})"},
          std::pair{media_kind::xml, "<r><a>1</a><b>2</b></r>"}}) {
        BOOST_TEST(decoded(kind, mark + body) == decoded(kind, body), body);
        BOOST_TEST(decode_variables(kind, mark + body, {})->value("$flow.key.a") == "1", body);
    }
}

BOOST_AUTO_TEST_CASE(the_charset_of_the_content_type_counts_for_xml) {
    auto const read = [](std::string_view type, std::string_view body) {
        auto const call = decode_variables(type, body, name_rules());
        return call ? std::string(call->value("$flow.key.a")) : call.error().detail;
    };
    BOOST_TEST(read("text/xml; charset=ISO-8859-1", "<r><a>caf\xE9</a></r>") == "café");
    BOOST_TEST(read("application/xml;charset=\"UTF-8\"",
                    "<?xml version='1.0' encoding='ISO-8859-1'?><r><a>café</a></r>") == "café");
    BOOST_TEST(read("text/xml; charset=koi8-r", "<r/>").starts_with("the encoding \"koi8-r\""));
    BOOST_TEST(read("application/json", R"({"a":"b"})") == "b");
    BOOST_TEST(read("application/json; charset=latin1", "{}").starts_with("the character set"));
}

BOOST_AUTO_TEST_CASE(brackets_behind_a_forms_name_repeat_the_field) {
    auto const call = decode_variables(media_kind::form, "a[]=1&a%5B%5D=2&b[]=3&[]=4", {});
    BOOST_TEST(call->find("$flow.key.a")->values.size() == 2U);
    BOOST_TEST(call->value("$flow.key.b") == "3");
    BOOST_TEST(call->value("$flow.key.[]") == "4");
}

BOOST_AUTO_TEST_CASE(variables_are_found_set_and_added) {
    variables all;
    BOOST_TEST(all.empty());
    BOOST_TEST(all.find("a") == nullptr);
    BOOST_TEST(all.value("a") == "");
    all.set("a", "1");
    all.add({.name = "b", .values = {"2", "3"}, .is_list = true});
    all.set("b", "4");
    BOOST_TEST(shown(all) == "a=1;b=4;");
    BOOST_TEST(all.value("b") == "4");
    BOOST_TEST(all.size() == 2U);
    BOOST_TEST((variable{.name = "none"}.value()) == "");
}

namespace {

// The same random call in the three formats; lists have two values or more, since neither XML nor
// forms can tell a list of one from a value.
struct same_call {
    std::string json = "{";
    std::string xml = "<request>";
    std::string form;

    void add(std::string const& name, std::vector<std::string> const& values) {
        json += json.size() > 1 ? "," : "";
        append_json_string(json, name);
        json += values.size() > 1 ? ":[" : ":";
        for (auto const& value : values) {
            json += &value == &values.front() ? "" : ",";
            append_json_string(json, value);
            xml += "<key name=\"";
            append_xml_attribute(xml, name);
            xml += "\">";
            append_xml_text(xml, value);
            xml += "</key>";
            form += form.empty() ? "" : "&";
            append_form_component(form, name);
            form += "=";
            append_form_component(form, value);
        }
        json += values.size() > 1 ? "]" : "";
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(the_three_formats_of_one_call_decode_to_the_same) {
    test::random_source random(42);
    BOOST_TEST_CONTEXT("SLUICE_SEED=" << random.seed()) {
        for (int i = 0; i < 500; ++i) {
            same_call call;
            for (auto count = random.below(6); count > 0; --count) {
                std::vector<std::string> values{random.hostile_text(6)};
                if (random.below(3) == 0) values.push_back(random.hostile_text(6));
                call.add("n" + std::to_string(count), values);
            }
            auto const from_json = decoded(media_kind::json, call.json + "}");
            BOOST_REQUIRE(!from_json.starts_with("error"));
            BOOST_REQUIRE(from_json == decoded(media_kind::xml, call.xml + "</request>"));
            BOOST_REQUIRE(from_json == decoded(media_kind::form, call.form));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::variables_test
