// A connection without a socket, for the tests of what is above the socket.
#pragma once
#include "gateway/server/pipeline.hpp"
#include "tests/gateway/server/answers.hpp"
#include "tests/gateway/server/path_handler.hpp"
#include "tests/gateway/server/running_server.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::tests {

// A connection whose socket is two strings and whose clock is a number.
class script : public gateway::server::pipeline_owner {
  public:
    using step = gateway::server::pipeline::step;

    explicit script(gateway::server::server_options const& options = small_limits())
        : shared{options, handler} {}

    void answer_is_ready() override { ++wakes; }
    bool is_peer_gone() override { return false; }

    // Goes on until the pipeline wants what is not there: input, or an answer. Bytes are given
    // to it in pieces, and every write is a line of `writes`.
    step run(std::string_view input, std::size_t piece = 1'000'000) {
        while (true) {
            auto const wanted = subject.next();
            if (wanted == step::write) {
                output += subject.output();
                writes.emplace_back(subject.output());
                subject.on_written(now);
            } else if (wanted == step::read && !input.empty()) {
                auto const space = subject.read_space();
                BOOST_REQUIRE(!space.empty());
                auto const size = std::min({piece, input.size(), space.size()});
                std::memcpy(space.data(), input.data(), size);
                input.remove_prefix(size);
                subject.on_read(size, now);
            } else {
                return wanted;
            }
        }
    }

    path_handler handler;
    gateway::server::server_shared shared;
    gateway::server::pipeline::time_point now{std::chrono::seconds(1000)};
    gateway::server::pipeline subject{shared, *this, gateway::server::peer_info{}, now};
    std::string output;
    std::vector<std::string> writes;
    int wakes = 0;
};

// A GET of this path; `more` are whole header lines.
inline std::string get_request(std::string const& path, std::string const& more = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}

// A POST with Content-Length.
inline std::string post_request(std::string const& path, std::string const& body,
                                std::string const& more = "") {
    return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + more +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// The bodies of all answers, a line each.
inline std::string bodies(std::string_view output) {
    std::string all;
    for (auto const& answer : take_answers(output))
        all += answer.body + "\n";
    return all;
}

} // namespace sluice::tests
