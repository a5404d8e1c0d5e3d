#include "tests/e2e/outbound_calls.hpp"

#include <ctime>

namespace sluice::tests::e2e {

std::string outbound_call(std::string const& client, std::string const& more,
                          std::string const& numbers) {
    return R"({"client-identifier":")" + client + R"(","contact-numbers":)" + numbers + more + "}";
}

std::string outbound_request(std::vector<std::string> const& calls, std::string const& flow) {
    std::string body = R"({"api-version":"1.0","security-id":")" + std::string(security_id) +
                       R"(","flow-id":")" + flow + R"(","calls":[)";
    for (auto const& call : calls) {
        if (&call != &calls.front()) body += ',';
        body += call;
    }
    return body + "]}";
}

http_response post_outbound(http_client& client, std::string const& body, http_headers headers,
                            std::string const& path) {
    headers.emplace_back("Content-Type", "application/json");
    return client.post(path, headers, body);
}

std::string in_seconds(int seconds) {
    auto const at = std::time(nullptr) + seconds;
    std::tm parts{};
    ::gmtime_r(&at, &parts);
    char text[32];
    auto const size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return std::string(text, size);
}

} // namespace sluice::tests::e2e
