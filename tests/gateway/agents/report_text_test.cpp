#include "gateway/agents/report_text.hpp"
#include "tests/gateway/agents/instants.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace report_text_test {

using namespace sluice::gateway::agents;
using sluice::codecs::media_kind;
using sluice::tests::a_break;
using sluice::tests::at;

namespace {

constexpr char kolkata[] = "Asia/Kolkata";

break_report example() {
    break_report made;
    made.window = {at("2026-03-28T00:00:00+05:30"), at("2026-03-29T00:00:00+05:30")};
    made.time_zone = kolkata;
    auto const now = at("2026-03-28T12:00:00+05:30");
    auto const& zone = sluice::gateway::call::find_time_zone(kolkata);
    auto const days = days_of(made.window, zone);
    std::vector breaks{a_break("2026-03-28T09:00:00+05:30", "2026-03-28T09:01:30.500+05:30"),
                       a_break("2026-03-28T11:59:00+05:30")};
    breaks.back().source = sluice::gateway::tables::break_source::admin;
    made.agents.push_back(report_of("919879964805", breaks, made.window, days, now));
    made.agents.push_back(report_of("919879964806", {}, made.window, days, now));
    return made;
}

std::string written(media_kind format, break_report const& report) {
    std::string out;
    append_report(out, format, report);
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(report_text)

BOOST_AUTO_TEST_CASE(a_report_is_written_as_json) {
    BOOST_TEST(written(media_kind::json, example()) ==
               R"({"from":"2026-03-28T00:00:00+05:30","to":"2026-03-29T00:00:00+05:30",)"
               R"("time_zone":"Asia/Kolkata","agents":[{"cli":"919879964805","total_seconds":150,)"
               R"("breaks":[{"start":"2026-03-28T09:00:00+05:30",)"
               R"("end":"2026-03-28T09:01:30+05:30","seconds":90,"source":"webhook"},)"
               R"({"start":"2026-03-28T11:59:00+05:30","end":null,"seconds":60,)"
               R"("source":"admin"}],"days":[{"date":"2026-03-28","seconds":150}]},)"
               R"({"cli":"919879964806","total_seconds":0,"breaks":[],"days":[]}]})");
}

BOOST_AUTO_TEST_CASE(a_report_is_written_as_xml) {
    BOOST_TEST(written(media_kind::xml, example()) ==
               "<response><from>2026-03-28T00:00:00+05:30</from>"
               "<to>2026-03-29T00:00:00+05:30</to><time_zone>Asia/Kolkata</time_zone>"
               "<agents><cli>919879964805</cli><total_seconds>150</total_seconds>"
               "<breaks><start>2026-03-28T09:00:00+05:30</start>"
               "<end>2026-03-28T09:01:30+05:30</end><seconds>90</seconds>"
               "<source>webhook</source></breaks>"
               "<breaks><start>2026-03-28T11:59:00+05:30</start><end></end>"
               "<seconds>60</seconds><source>admin</source></breaks>"
               "<days><date>2026-03-28</date><seconds>150</seconds></days></agents>"
               "<agents><cli>919879964806</cli><total_seconds>0</total_seconds></agents>"
               "</response>");
}

BOOST_AUTO_TEST_CASE(a_report_is_written_as_csv) {
    BOOST_TEST(written(media_kind::csv, example()) ==
               "cli,start,end,seconds,source\r\n"
               "919879964805,2026-03-28T09:00:00+05:30,2026-03-28T09:01:30+05:30,90,webhook\r\n"
               "919879964805,2026-03-28T11:59:00+05:30,,60,admin\r\n");
}

BOOST_AUTO_TEST_CASE(a_report_of_nobody_is_whole_too) {
    auto nobody = example();
    nobody.agents.clear();
    BOOST_TEST(written(media_kind::json, nobody).ends_with(R"("agents":[]})"));
    BOOST_TEST(written(media_kind::xml, nobody).ends_with("</time_zone></response>"));
    BOOST_TEST(written(media_kind::csv, nobody) == "cli,start,end,seconds,source\r\n");
}

BOOST_AUTO_TEST_CASE(a_status_is_written_in_both_formats) {
    agent_status const on_break{"919879964805", true, at("2026-03-28T11:59:00Z"),
                                std::chrono::seconds(90)};
    std::string json;
    append_status(json, media_kind::json, on_break, kolkata);
    BOOST_TEST(json == R"({"cli":"919879964805","on_break":true,"available":false,)"
                       R"("since":"2026-03-28T17:29:00+05:30","break_seconds_today":90})");
    std::string xml;
    append_status(xml, media_kind::xml, on_break, kolkata);
    BOOST_TEST(xml == "<response><cli>919879964805</cli><on_break>true</on_break>"
                      "<available>false</available><since>2026-03-28T17:29:00+05:30</since>"
                      "<break_seconds_today>90</break_seconds_today></response>");
}

BOOST_AUTO_TEST_CASE(a_list_of_agents_is_written_in_both_formats) {
    std::vector<agent_status> all(2);
    all[0].cli = "1";
    all[1].cli = "2";
    std::string json;
    append_statuses(json, media_kind::json, all, kolkata);
    BOOST_TEST(json == R"({"agents":[{"cli":"1","on_break":false,"available":true,"since":null,)"
                       R"("break_seconds_today":0},{"cli":"2","on_break":false,"available":true,)"
                       R"("since":null,"break_seconds_today":0}]})");
    std::string xml;
    append_statuses(xml, media_kind::xml, all, kolkata);
    BOOST_TEST(xml.starts_with("<response><agents><cli>1</cli>"));
    BOOST_TEST(xml.find("</agents><agents><cli>2</cli>") != std::string::npos);
    std::string none;
    append_statuses(none, media_kind::json, {}, kolkata);
    BOOST_TEST(none == R"({"agents":[]})");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace report_text_test
