// Runs every fuzz target over seeded mutations, so that each build, with its sanitizers, meets some
// thousand odd inputs. A target throws when something that has to hold does not.
#include "tests/codecs/random.hpp"
#include "tests/fuzz/seeds.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace sluice::fuzz {

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

namespace {

constexpr int rounds = 2000;

// Changes, removes, doubles or inserts a few pieces.
std::string mutate(test::random_source& random, std::string text) {
    for (auto changes = random.below(4); changes > 0; --changes) {
        auto const at = random.below(text.size() + 1);
        auto const size = random.below(std::min<std::size_t>(text.size() - at, 8) + 1);
        switch (random.below(4)) {
        case 0:
            if (at < text.size()) text[at] = static_cast<char>(random.below(256));
            break;
        case 1:
            text.erase(at, size);
            break;
        case 2:
            text.insert(at, text.substr(at, size));
            break;
        default:
            text.insert(at, random.hostile_text(2));
            break;
        }
    }
    return text;
}

template <class Seeds>
void run(void (*target)(std::string_view), Seeds const& seeds, std::uint64_t seed) {
    test::random_source random(seed);
    for (auto const input : seeds)
        BOOST_CHECK_NO_THROW(target(input));
    for (int i = 0; i < rounds; ++i) {
        auto const input = mutate(random, std::string(random.pick(seeds)));
        BOOST_TEST_CONTEXT("round " << i << " of SLUICE_SEED=" << random.seed() << ": " << input) {
            BOOST_REQUIRE_NO_THROW(target(input));
        }
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(forms) {
    run(sluice::fuzz::fuzz_form, sluice::fuzz::form_seeds, 1);
}

BOOST_AUTO_TEST_CASE(json) {
    run(sluice::fuzz::fuzz_json, sluice::fuzz::json_seeds, 2);
}

BOOST_AUTO_TEST_CASE(media_types) {
    run(sluice::fuzz::fuzz_media_type, sluice::fuzz::media_type_seeds, 3);
}

BOOST_AUTO_TEST_CASE(rules) {
    run(sluice::fuzz::fuzz_rule, sluice::fuzz::rule_seeds, 4);
}

BOOST_AUTO_TEST_CASE(templates) {
    run(sluice::fuzz::fuzz_template, sluice::fuzz::template_seeds, 5);
}

BOOST_AUTO_TEST_CASE(variables_in_every_format) {
    run(sluice::fuzz::fuzz_variables, sluice::fuzz::json_seeds, 6);
    run(sluice::fuzz::fuzz_variables, sluice::fuzz::xml_seeds, 7);
    run(sluice::fuzz::fuzz_variables, sluice::fuzz::form_seeds, 8);
}

BOOST_AUTO_TEST_CASE(xml) {
    run(sluice::fuzz::fuzz_xml, sluice::fuzz::xml_seeds, 9);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs
