// createOutbound: the same call in JSON, XML and as a form makes the same task, byte for byte.
// The writers here are not the codecs' own and choose at random among the ways to write one
// character.
#include "gateway/outbound/create_outbound.hpp"
#include "tests/codecs/random.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

namespace create_outbound_test {

namespace {

using namespace sluice;
using namespace sluice::gateway;

using code_points = std::vector<char32_t>;
using codecs::test::random_source;

void append_utf8(std::string& out, char32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | (c >> 6));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | (c >> 12));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (c >> 18));
        out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

std::string utf8(code_points const& text) {
    std::string out;
    for (auto const c : text)
        append_utf8(out, c);
    return out;
}

// RFC 8259 section 7: what must be escaped is, anything else may be.
std::string json_text(code_points const& text, random_source& random) {
    std::string out = "\"";
    for (auto const c : text) {
        bool const must = c < 0x20 || c == '"' || c == '\\';
        if (!must && random.below(4) != 0) {
            append_utf8(out, c);
        } else if ((c == '"' || c == '\\' || c == '/') && random.below(2) == 0) {
            out += '\\';
            out += static_cast<char>(c);
        } else if (c < 0x10000) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            auto const rest = static_cast<unsigned>(c - 0x10000);
            out +=
                fmt::format("\\u{:04X}\\u{:04x}", 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF));
        }
    }
    return out + '"';
}

// XML 1.0 sections 2.4, 2.7, 2.11 and 4.1: entities, references, CDATA. A carriage return stands
// only as a reference, since a reader makes a line feed of it.
std::string xml_text(code_points const& text, random_source& random) {
    std::string out;
    for (auto const c : text) {
        bool const must = c == '<' || c == '&' || c == '>' || c == '\r';
        auto const way = random.below(6);
        if (!must && way > 2) {
            append_utf8(out, c);
        } else if (c == '<' && way > 3) {
            out += "&lt;";
        } else if (c == '&' && way > 3) {
            out += "&amp;";
        } else if (c != '\r' && way == 2) {
            out += "<![CDATA[";
            append_utf8(out, c);
            out += "]]>";
        } else if (way % 2 == 0) {
            out += fmt::format("&#x{:X};", static_cast<unsigned>(c));
        } else {
            out += fmt::format("&#{};", static_cast<unsigned>(c));
        }
    }
    return out;
}

// The URL standard's form encoding: a space is + or %20.
std::string form_text(code_points const& text, random_source& random) {
    std::string out;
    for (auto const byte : utf8(text)) {
        bool const is_plain = std::isalnum(static_cast<unsigned char>(byte)) != 0;
        if (is_plain && random.below(4) != 0)
            out += byte;
        else if (byte == ' ' && random.below(2) == 0)
            out += '+';
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    }
    return out;
}

// Characters that all three formats have. Most need escaping in one of them.
code_points random_text(random_source& random, std::size_t longest) {
    static constexpr std::u32string_view special =
        U"\"\\/<>&'%+=;,#?$.{}[]:|`~^@!*() \t\n\r\u007f\u00e9\u0939\u20ac\u2028\ufffd\U0001f600"
        U"\U0010ffff";
    code_points text;
    for (auto count = 1 + random.below(longest); count > 0; --count) {
        auto const letter = static_cast<char32_t>(U'a' + random.below(26));
        text.push_back(random.below(2) == 0 ? special[random.below(special.size())] : letter);
    }
    // Leading and trailing spaces are not part of an XML value between tags.
    text.insert(text.begin(), U'x');
    text.push_back(U'x');
    return text;
}

struct three_bodies {
    std::string json = "{", xml = "<request>", form;

    void add(std::string const& name, std::vector<code_points> const& values,
             random_source& random) {
        json += (json.size() > 1 ? ",\"" : "\"") + name + "\":" + (values.size() > 1 ? "[" : "");
        for (auto const& value : values) {
            json += (&value == &values.front() ? "" : ",") + json_text(value, random);
            bool const is_bare = name.find('.') == name.npos;
            auto const text = xml_text(value, random);
            xml += is_bare ? "<" + name + ">" + text + "</" + name + ">"
                           : "<key name=\"" + name + "\">" + text + "</key>";
            form += (form.empty() ? "" : "&") + form_text({name.begin(), name.end()}, random) +
                    "=" + form_text(value, random);
        }
        json += values.size() > 1 ? "]" : "";
    }
};

three_bodies random_call(random_source& random) {
    auto const plain = [](std::string_view text) { return code_points(text.begin(), text.end()); };
    three_bodies made;
    made.add("apiVersion", {plain("1.0")}, random);
    made.add("$flow.syskey.securityID", {plain(std::string(outbound::security_id_length, 'b'))},
             random);
    made.add("flowID", {plain("flow0001")}, random);
    made.add("clientID", {random_text(random, 30)}, random);
    made.add("delayMinutes", {plain(std::to_string(random.below(60)))}, random);
    std::vector<code_points> numbers;
    for (auto count = 1 + random.below(4); count > 0; --count) {
        numbers.push_back(plain(fmt::format("98{:08}", random.below(100'000'000))));
    }
    made.add("contactNumbers", numbers, random);
    for (auto count = random.below(6); count > 0; --count) {
        std::vector<code_points> values{random_text(random, 12)};
        if (random.below(3) == 0) values.push_back(random_text(random, 12));
        made.add((random.below(2) == 0 ? "$flow.key.k" : "k") + std::to_string(count), values,
                 random);
    }
    made.json += "}";
    made.xml += "</request>";
    return made;
}

std::string task_of(codecs::media_kind kind, std::string const& body) {
    auto const decoded = codecs::decode_variables(kind, body, outbound::create_outbound_names());
    if (!decoded) return "not decoded: " + decoded.error().message();
    auto const call =
        outbound::check_create_outbound(*decoded, "91", {std::chrono::hours(24 * 366), 500});
    if (!call) return "refused: " + call.error().errors.at(0).detail;
    auto const payload =
        outbound::render_outbound(*call, outbound::security_id_of(*decoded), "Asia/Kolkata");
    return std::to_string(call->delay.count()) + " " + std::string(payload.view());
}

} // namespace

BOOST_AUTO_TEST_SUITE(create_outbound)

BOOST_AUTO_TEST_CASE(json_xml_and_form_make_the_same_task_byte_for_byte) {
    random_source random(20261125);
    BOOST_TEST_CONTEXT("SLUICE_SEED=" << random.seed()) {
        for (int i = 0; i < 2000; ++i) {
            auto const call = random_call(random);
            auto const from_json = task_of(codecs::media_kind::json, call.json);
            BOOST_REQUIRE_MESSAGE(from_json.find("api-version") != from_json.npos,
                                  from_json << "\n"
                                            << call.json);
            BOOST_REQUIRE_EQUAL(task_of(codecs::media_kind::xml, call.xml), from_json);
            BOOST_REQUIRE_EQUAL(task_of(codecs::media_kind::form, call.form), from_json);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_decimal_number_never_becomes_another_persons) {
    std::string const head = R"({"apiVersion":"1.0","flowID":"flow0001","clientID":"c",)";
    for (std::string const numbers :
         {"9879964805.0", "98799648.05", "\"9879964805.0\"", "[\"8000374123\",9879964805.0]",
          "987996480e1", "\"8000374123,9879964805.0\""}) {
        auto const task =
            task_of(codecs::media_kind::json, head + "\"contactNumbers\":" + numbers + "}");
        BOOST_TEST(task.starts_with("refused: contactNumbers: "), numbers << " " << task);
        BOOST_TEST(task.find("is a decimal number: its zeros would be dialled") != task.npos);
    }
    auto const form = task_of(codecs::media_kind::form, "apiVersion=1.0&flowID=flow0001&clientID=c"
                                                        "&contactNumbers=9879964805.0");
    BOOST_TEST(form.starts_with("refused: contactNumbers: \"9879964805.0\" is"), form);
    auto const text =
        task_of(codecs::media_kind::json, head + R"("contactNumbers":"+1.906.387.1698"})");
    BOOST_TEST(text.find("19063871698") != text.npos, text);
}

BOOST_AUTO_TEST_CASE(what_other_programs_write_for_a_list_or_a_delay_is_read) {
    auto const php = task_of(codecs::media_kind::form,
                             "apiVersion=1.0&flowID=flow0001&clientID=c&contactNumbers[]=8000374123"
                             "&contactNumbers%5B%5D=8000374124&delayMinutes=2.0");
    BOOST_TEST(php.starts_with("2 "), php);
    BOOST_TEST(php.find(R"(["918000374123","918000374124"])") != php.npos, php);
    auto const half = task_of(codecs::media_kind::form,
                              "apiVersion=1.0&flowID=flow0001&clientID=c&contactNumbers=8000374123"
                              "&delayMinutes=2.5");
    BOOST_TEST(half.starts_with("refused: delayMinutes"), half);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace create_outbound_test
