// How long the report about an ended task can get.
#include "gateway/delivery/callback_reporter.hpp"
#include "queue/core/names.hpp"
#include "queue/core/task_details.hpp"
#include "queue/journal/journal_space.hpp"

#include <boost/test/unit_test.hpp>

namespace callback_reporter_test {

namespace {

using namespace sluice;
using namespace std::chrono_literals;

constexpr queue::wall_time noon{1'764'072'000'000ms};
constexpr std::size_t longest_name = 64;
// What a record that is cut short keeps of a text (record_codec.hpp), at its worst in JSON.
std::string const longest_text(32, '\x01');

// The short form: how it ended and its last attempt, without what was answered.
queue::task_details longest_short_form() {
    queue::task_details ended;
    ended.id = ended.group = queue::task_id{{0xff}};
    ended.state = queue::task_state::dead;
    ended.destination = "callback:" + std::string(longest_name, 'd');
    ended.account = std::string(longest_name, 'a');
    ended.accepted_at = ended.not_before = ended.expires_at = noon;
    ended.next_attempt_at = ended.finished_at = noon;
    queue::attempt_note last;
    last.number = ~0u;
    last.at = noon;
    last.cause = queue::cause::answered;
    last.status = 599;
    last.detail = longest_text;
    last.duration = std::chrono::milliseconds::max();
    ended.notes.push_back(last);
    ended.reason = longest_text;
    return ended;
}

struct fixture {
    queue::names names;
    gateway::delivery::callback_reporter reporter{names};

    std::size_t length_with(std::string_view callback) {
        auto const account = names.accounts.intern(std::string(longest_name, 'a'));
        auto const report = reporter.make_report(longest_short_form(), account, callback, {});
        BOOST_REQUIRE(report.has_value());
        return report->payload.size();
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(callback_reporter, fixture)

// journal_space::admits_report goes by this.
BOOST_AUTO_TEST_CASE(a_short_report_fits_the_room_that_was_kept_back_for_it) {
    auto const fits = [&](std::string const& callback) {
        return length_with(callback) + queue::put_room <= queue::report_room + callback.size();
    };
    BOOST_TEST(fits(std::string(gateway::delivery::callback_of_account)));
    for (std::size_t const length : {0, 100, 2'000, 10'000}) {
        std::string const url = "https://example.com/" + std::string(length, 'u');
        BOOST_TEST(fits(R"({"url":")" + url + "\"}"), "URL of " << url.size());
        std::string const secret = "whsec_" + std::string(88, 'A');
        BOOST_TEST(fits(R"({"url":")" + url + R"(","secret":")" + secret + "\"}"));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace callback_reporter_test
