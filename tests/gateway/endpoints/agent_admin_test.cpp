// The admin calls about agents, through a connection without a socket and over real tables.
#include "gateway/admin/routes.hpp"
#include "gateway/endpoints/agent_admin.hpp"
#include "gateway/plan/call_rates.hpp"
#include "gateway/server/pipeline.hpp"
#include "tests/gateway/server/answers.hpp"
#include "tests/gateway/tables/backend_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <optional>
#include <string>

namespace agent_admin_test {

namespace {

using namespace sluice;
using namespace sluice::gateway;
using namespace std::chrono_literals;
using tables::test::at;
using tests::received_answer;

struct manual_clock final : queue::clock {
    queue::instant now() const override { return {wall, {}}; }
    queue::wall_time wall = at(0);
};

class admin_calls : public tables::test::backend_fixture,
                    public server::handler,
                    public server::pipeline_owner {
  public:
    admin_calls() {
        BOOST_REQUIRE(!open());
        tables->configure_agents({{"163", {"919879964805"}}});
        use_token(true);
        subject_.emplace(*tables, inbox, clock);
    }

    // With an admin token, which the door in front has asked for, or without one.
    void use_token(bool has_one) {
        auto settings = std::make_shared<config::configuration>();
        if (has_one) settings->admin_token.emplace("t");
        config::account account;
        account.id = "163";
        account.country_code = "91";
        account.time_zone = "Asia/Kolkata";
        settings->accounts.push_back(std::move(account));
        current_ = std::make_shared<plan::resolved_configuration const>(std::move(settings), names_,
                                                                        labels_, rates_);
    }

    void handle(server::exchange& on) override {
        auto const where = admin::find_route(on.req.method, on.req.path);
        if (!where.row) {
            std::string allow;
            auto const why = call::unrouted(admin::routes(), on.req.path, allow);
            return refuse(on, codecs::media_kind::json, why);
        }
        auto const taken = dispatch(on, where.row->does, where.names);
        if (!taken) refuse(on, call::error_format(on.req), taken.error());
    }
    call::checked<void> dispatch(server::exchange& on, admin::operation what,
                                 call::path_names const& names) {
        auto const& [account, cli] = names;
        switch (what) {
        case admin::operation::list_agents:
            return subject_->list(on, current_, account);
        case admin::operation::add_agent:
            return subject_->add(on, current_, {account, cli});
        case admin::operation::remove_agent:
            return subject_->remove(on, current_, {account, cli});
        case admin::operation::begin_break:
            return subject_->set_break(on, current_, {account, cli}, true);
        case admin::operation::end_break:
            return subject_->set_break(on, current_, {account, cli}, false);
        default:
            return call::refusal{.status = 404, .detail = "elsewhere"};
        }
    }
    void answer_is_ready() override {}
    bool is_peer_gone() override { return false; }

    // One call on a connection of its own; waits for the tables where it must.
    received_answer ask(std::string const& method, std::string const& path,
                        std::string const& more = {}) {
        using step = server::pipeline::step;
        server::server_shared shared{{}, *this};
        server::pipeline::time_point const now{1s};
        server::pipeline connection{shared, *this, server::peer_info{}, now};
        auto input = method + " /v1/accounts/" + path + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
        std::string output;
        while (output.empty()) {
            switch (connection.next()) {
            case step::read: {
                auto const space = connection.read_space();
                BOOST_REQUIRE(space.size() >= input.size());
                std::memcpy(space.data(), input.data(), input.size());
                connection.on_read(input.size(), now);
                break;
            }
            case step::write:
                output = connection.output();
                connection.on_written(now);
                break;
            case step::wait:
                inbox.run();
                break;
            case step::close:
                BOOST_FAIL("closed without an answer");
            }
        }
        return tests::take_answers(output).at(0);
    }

    manual_clock clock;

  private:
    queue::names names_;
    telemetry::label_table labels_;
    plan::call_rates rates_;
    std::shared_ptr<plan::resolved_configuration const> current_;
    std::optional<endpoints::agent_admin> subject_;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(agent_admin_, admin_calls)

BOOST_AUTO_TEST_CASE(an_agent_is_added_once_and_removed_once) {
    BOOST_TEST(ask("PUT", "163/agents/9879964806").status == 201U);
    auto const again = ask("PUT", "163/agents/%2B919879964806");
    BOOST_TEST(again.status == 200U);
    BOOST_TEST(again.body == R"({"cli":"919879964806","on_break":false,"available":true,)"
                             R"("since":null,"break_seconds_today":0})");
    auto const all = ask("GET", "163/agents");
    BOOST_TEST(all.status == 200U);
    BOOST_TEST(all.body.find("919879964805") < all.body.find("919879964806"));
    BOOST_TEST(ask("DELETE", "163/agents/9879964806").status == 204U);
    BOOST_TEST(ask("DELETE", "163/agents/9879964806").status == 404U);
    BOOST_TEST(!tables->find_agent("163", "919879964806"));
}

BOOST_AUTO_TEST_CASE(without_a_token_numbers_are_masked) {
    use_token(false);
    auto const all = ask("GET", "163/agents");
    BOOST_TEST(all.status == 200U);
    BOOST_TEST(all.body.find("919879964805") == std::string::npos, all.body);
    BOOST_TEST(all.body.find("\"9******05\"") != std::string::npos, all.body);
}

BOOST_AUTO_TEST_CASE(an_agent_of_the_configuration_stays) {
    BOOST_TEST(ask("PUT", "163/agents/9879964805").status == 200U);
    BOOST_TEST(ask("DELETE", "163/agents/9879964805").status == 409U);
    BOOST_TEST(tables->find_agent("163", "919879964805").has_value());
}

BOOST_AUTO_TEST_CASE(a_break_set_by_hand_has_its_source) {
    clock.wall = at(10);
    auto const begun = ask("PUT", "163/agents/9879964805/break", "Accept: application/xml\r\n");
    BOOST_TEST(begun.status == 200U);
    BOOST_TEST(begun.header("Content-Type") == "application/xml");
    BOOST_TEST(begun.body.find("<on_break>true</on_break>") != std::string::npos);
    BOOST_TEST(ask("PUT", "163/agents/9879964805/break").status == 200U);
    clock.wall = at(70);
    auto const ended = ask("DELETE", "163/agents/9879964805/break");
    BOOST_TEST(ended.body.find(R"("break_seconds_today":60)") != std::string::npos);
    BOOST_TEST(breaks("919879964805") == "10-70");
    BOOST_TEST((tables->breaks("163", at(0), at(99), {}).at(0).breaks.at(0).source ==
                tables::break_source::admin));
    BOOST_TEST(ask("PUT", "163/agents/919879964899/break").status == 404U);
}

BOOST_AUTO_TEST_CASE(bad_calls_are_refused) {
    struct row {
        char const* method;
        char const* path;
        unsigned status;
    };
    for (auto const& [method, path, status] : {
             row{"GET", "7/agents", 404},
             row{"PUT", "7/agents/9879964805", 404},
             row{"PUT", "163/agents/12", 422},
             row{"PUT", "163/agents/nobody", 422},
             row{"POST", "163/agents", 405},
             row{"GET", "163/agents/9879964805", 405},
             row{"PUT", "163/agents/", 404},
             row{"PUT", "163/agents/1/2", 404},
             row{"PUT", "163/agents//break", 404},
             row{"GET", "163/agentsx", 404},
             row{"GET", "/agents", 404},
         }) {
        BOOST_TEST_CONTEXT(method << ' ' << path) {
            BOOST_TEST(ask(method, path).status == status);
        }
    }
    BOOST_TEST(ask("GET", "163/agents", "Accept: text/csv\r\n").status == 406U);
    BOOST_TEST(tables->agents("163").size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace agent_admin_test
