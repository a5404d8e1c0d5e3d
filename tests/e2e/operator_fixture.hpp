// A gateway and its operator: tasks in every state, the admin calls with their token, and the
// program's commands. The operator's suites share it.
#pragma once

#include "tests/e2e/gateway_under_test.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace sluice::tests::e2e {

struct operator_fixture : gateway_under_test {
    explicit operator_fixture(gateway_settings settings = {})
        : gateway_under_test(std::move(settings)) {}

    static http_headers token() {
        return {{"Authorization", std::string("Bearer ") + admin_token}};
    }
    static http_headers json_token() {
        auto headers = token();
        headers.emplace_back("Content-Type", "application/json");
        return headers;
    }

    http_response look(std::string const& path) { return admin().get(path, token()); }
    http_response post(std::string const& path, std::string const& body = {}) {
        return admin().post(path, json_token(), body);
    }
    http_response remove(std::string const& path) {
        return admin().request("DELETE", path, token());
    }
    // The admin call has been answered 200, and this is its body.
    std::string seen(std::string const& path) {
        auto const answer = look(path);
        BOOST_TEST(answer.status == 200, path << ": " << answer.status << " " << answer.body);
        return answer.body;
    }

    std::string accept(std::string const& body) {
        auto const answer = client().post("/v1/tasks", json_bearer(), body);
        BOOST_REQUIRE_EQUAL(answer.status, 202);
        return json_at(answer.body, "/id");
    }
    std::string accept_later() { return accept(R"({"destination":"crm","delay":"1h"})"); }
    std::string accept_delivered() {
        auto const id = accept(R"({"destination":"crm","body":"x"})");
        BOOST_REQUIRE(wait_for_state(id, "delivered"));
        return id;
    }
    // The destination answers with this status from now on.
    void answer_with_status(int status) {
        destination().answer_with([status](http_request const&, std::size_t) {
            destination_answer answer;
            answer.status = status;
            return answer;
        });
    }
    std::string accept_dead(int status = 404) {
        answer_with_status(status);
        auto const id = accept(R"({"destination":"crm","body":"x"})");
        BOOST_REQUIRE(wait_for_state(id, "dead"));
        answer_with_status(200);
        return id;
    }

    // The ids of a list, in its order.
    static std::vector<std::string> ids_in(std::string const& body) {
        std::vector<std::string> ids;
        for (int i = 0;; ++i) {
            auto id = json_at(body, "/tasks/" + std::to_string(i) + "/id");
            if (id.empty()) return ids;
            ids.push_back(std::move(id));
        }
    }

    // One of the program's commands against this gateway.
    finished_process command(std::vector<std::string> arguments) {
        auto const url = "http://127.0.0.1:" + std::to_string(ports().admin_listener);
        return run_sluice(std::move(arguments),
                          {{"SLUICE_ADMIN", url}, {"SLUICE_ADMIN_TOKEN", admin_token}});
    }
};

} // namespace sluice::tests::e2e
