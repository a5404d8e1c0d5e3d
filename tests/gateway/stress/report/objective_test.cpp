#include "gateway/stress/report/objective.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace objective_test {

using namespace sluice::gateway::stress;

namespace {

measured_values const values{
    {{"p99", 49.9}, {"lost", 0}, {"accepted", 200'000}, {"rate", 19'999}, {"errors", 150}},
    10,
    10'000};

judgement judged(std::string_view text) {
    return judge(parse_objective(text).value(), values);
}

} // namespace

BOOST_AUTO_TEST_SUITE(objective)

BOOST_AUTO_TEST_CASE(objectives_are_judged_by_their_measure) {
    struct row {
        char const* text;
        bool is_met;
        char const* measured;
    };
    row const rows[] = {{"p99<50ms", true, "49.9 ms"},
                        {"p99<49900us", false, "49.9 ms"},
                        {"p99<=49.9ms", true, "49.9 ms"},
                        {"p99<0.05s", true, "49.9 ms"},
                        {"p99>0.1s", false, "49.9 ms"},
                        {"lost=0", true, "0"},
                        {"lost==0", true, "0"},
                        {"lost>0", false, "0"},
                        {"accepted>20000/s", false, "20000/s"},
                        {"accepted>=20000/s", true, "20000/s"},
                        {"accepted>=200000", true, "200000"},
                        {"rate>=20000", false, "19999/s"},
                        {"rate>19000/s", true, "19999/s"},
                        {"errors<1%", false, "1.5 %"},
                        {"errors<2%", true, "1.5 %"},
                        {"duplicated=0", false, "not measured"},
                        {"service_p999<1s", false, "not measured"}};
    for (auto const& [text, is_met, measured] : rows) {
        BOOST_TEST_CONTEXT(text) {
            auto const found = judged(text);
            BOOST_TEST(found.is_met == is_met);
            BOOST_TEST(found.measured == measured);
            BOOST_TEST(found.objective == text);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_refused_with_the_text) {
    for (auto const* wrong :
         {"", "p99", "p98<5ms", "p99<", "p99<5kg", "p99<50", "max=0", "service_p50<1e3", "lost",
          "lost=", "lost=-1", "lost=x", "accepted>5/m", "accepted>>5", "=0", "p99!5ms"}) {
        auto const read = parse_objective(wrong);
        BOOST_REQUIRE_MESSAGE(read.has_error(), wrong);
        BOOST_TEST(read.error().message.find('"' + std::string(wrong) + '"') != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(all_have_to_be_met) {
    BOOST_TEST(all_met({}));
    BOOST_TEST(all_met({judged("lost=0"), judged("p99<50ms")}));
    BOOST_TEST(!all_met({judged("lost=0"), judged("p99<5ms")}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace objective_test
