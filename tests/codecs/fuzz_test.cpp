// Runs every fuzz target over seeded mutations, so that each build, with its sanitizers, meets some
// thousand odd inputs. A target throws when something that has to hold does not.
#include "tests/codecs/packing.hpp"
#include "tests/fuzz/mutations.hpp"
#include "tests/fuzz/seeds.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::fuzz {

void fuzz_content_coding(std::string_view input);
void fuzz_form(std::string_view input);
void fuzz_json(std::string_view input);
void fuzz_media_type(std::string_view input);
void fuzz_rule(std::string_view input);
void fuzz_template(std::string_view input);
void fuzz_variables(std::string_view input);
void fuzz_xml(std::string_view input);

} // namespace sluice::fuzz

namespace sluice::codecs {

BOOST_AUTO_TEST_SUITE(fuzz)

BOOST_AUTO_TEST_CASE(content_codings) {
    auto const gzip = "2" + test::gzipped("hello, hello, hello, hello, hello");
    auto const deflate = "3" + test::zipped("hello, hello, hello, hello", -15);
    auto const zstd = "4" + test::packed("hello, hello, hello, hello, hello");
    std::array<std::string_view, 3> const seeds{gzip, deflate, zstd};
    sluice::fuzz::run(sluice::fuzz::fuzz_content_coding, seeds, 11);
}

BOOST_AUTO_TEST_CASE(forms) {
    sluice::fuzz::run(sluice::fuzz::fuzz_form, sluice::fuzz::form_seeds, 1);
}

BOOST_AUTO_TEST_CASE(json) {
    sluice::fuzz::run(sluice::fuzz::fuzz_json, sluice::fuzz::json_seeds, 2);
}

BOOST_AUTO_TEST_CASE(media_types) {
    sluice::fuzz::run(sluice::fuzz::fuzz_media_type, sluice::fuzz::media_type_seeds, 3);
}

BOOST_AUTO_TEST_CASE(rules) {
    sluice::fuzz::run(sluice::fuzz::fuzz_rule, sluice::fuzz::rule_seeds, 4);
    sluice::fuzz::run(sluice::fuzz::fuzz_rule, sluice::fuzz::text_rule_seeds, 10);
}

BOOST_AUTO_TEST_CASE(templates) {
    sluice::fuzz::run(sluice::fuzz::fuzz_template, sluice::fuzz::template_seeds, 5);
}

BOOST_AUTO_TEST_CASE(variables_in_every_format) {
    sluice::fuzz::run(sluice::fuzz::fuzz_variables, sluice::fuzz::json_seeds, 6);
    sluice::fuzz::run(sluice::fuzz::fuzz_variables, sluice::fuzz::xml_seeds, 7);
    sluice::fuzz::run(sluice::fuzz::fuzz_variables, sluice::fuzz::form_seeds, 8);
}

BOOST_AUTO_TEST_CASE(xml) {
    sluice::fuzz::run(sluice::fuzz::fuzz_xml, sluice::fuzz::xml_seeds, 9);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs
