#include "tests/e2e/odd_traffic.hpp"

#include "tests/support/raw_client.hpp"

#include <chrono>
#include <stdexcept>

namespace sluice::tests::e2e {
namespace {

constexpr std::chrono::milliseconds silence{250};

} // namespace

std::vector<odd_request> odd_calls() {
    auto calls = odd_requests();
    for (auto& each : calls) {
        auto const path = each.bytes.find(" / HTTP/1");
        if (path != std::string::npos) each.bytes.replace(path + 1, 1, "/in/crm");
    }
    return calls;
}

std::string hidden_call(std::size_t n) {
    return "POST /in/crm/hidden-" + std::to_string(n) +
           " HTTP/1.1\r\nHost: hidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
}

std::string everything_back(std::uint16_t port, std::string_view bytes, bool finishes) {
    raw_client client(port);
    client.send(bytes);
    if (finishes) client.finish_sending();
    std::string received;
    while (!client.is_silent_for(silence)) {
        auto const more = client.receive(1);
        if (more.empty()) break;
        received += more;
    }
    return received;
}

std::string statuses_of(std::string_view received) {
    constexpr std::string_view mark = "HTTP/1.1 ";
    std::string statuses;
    for (auto at = received.find(mark); at != received.npos; at = received.find(mark, at + 1)) {
        auto const status = received.substr(at + mark.size(), 3);
        // Not an interim answer, nor a text in a body.
        if (status.empty() || status[0] < '2' || status[0] > '5') continue;
        if (!statuses.empty()) statuses += ' ';
        statuses += status;
    }
    return statuses;
}

} // namespace sluice::tests::e2e
