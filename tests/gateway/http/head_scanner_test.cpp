#include "gateway/http/head_scanner.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace head_scanner_test {

namespace {

using sluice::gateway::http::head_limits;
using scanner_type = sluice::gateway::http::head_scanner;

constexpr head_limits limits{200, 50};

// "end N", "more", or the status of the refusal; and after how many bytes it was known.
std::string scanned(std::string_view in, std::size_t piece) {
    scanner_type scanner;
    for (std::size_t size = std::min(piece, in.size());; size = std::min(size + piece, in.size())) {
        auto const end = scanner.scan(in.substr(0, size), limits);
        if (scanner.refusal()) return std::to_string(scanner.refusal().status);
        if (end != 0) return "end " + std::to_string(end);
        if (size == in.size()) return "more";
    }
}

std::string scanned(std::string_view in) {
    auto const whole = scanned(in, in.size());
    for (std::size_t piece = 1; piece < in.size(); ++piece) {
        BOOST_TEST_CONTEXT("pieces of " << piece) {
            BOOST_TEST(scanned(in, piece) == whole);
        }
    }
    return whole;
}

} // namespace

BOOST_AUTO_TEST_SUITE(head_scanner)

BOOST_AUTO_TEST_CASE(finds_the_end_wherever_the_bytes_are_cut) {
    BOOST_TEST(scanned("GET / HTTP/1.1\r\n\r\n") == "end 18");
    BOOST_TEST(scanned("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n") == "end 27");
    BOOST_TEST(scanned("GET / HTTP/1.1\r\nHost: a\r\n\r") == "more");
}

BOOST_AUTO_TEST_CASE(refuses_without_waiting_for_the_end) {
    BOOST_TEST(scanned("GET / HTTP/1.1\n") == "400");
    BOOST_TEST(scanned("GET / HTTP/1.1\r\nA: b\n") == "400");
    BOOST_TEST(scanned("GET / \r\n") == "400");
    BOOST_TEST(scanned("GET /\r\n") == "400");
    BOOST_TEST(scanned("\x16") == "400");
    BOOST_TEST(scanned(" GET") == "400");
    BOOST_TEST(scanned("GET / HTTP/2.0\r\n") == "505");
    BOOST_TEST(scanned("GET / HTTP/0.9\r\n") == "505");
    BOOST_TEST(scanned("PRI * HTTP/2.0\r\n") == "400");
    BOOST_TEST(scanned(std::string(33, 'A')) == "501");
    BOOST_TEST(scanned("GET / HTTP/1.1\r\nA: b\r\n c\r\n") == "400");
}

BOOST_AUTO_TEST_CASE(target_limit_is_exact) {
    BOOST_TEST(scanned("GET /" + std::string(49, 'a') + " HTTP/1.1\r\n\r\n") == "end 67");
    BOOST_TEST(scanned("GET /" + std::string(50, 'a') + " HTTP/1.1\r\n\r\n") == "414");
    BOOST_TEST(scanned("GET /" + std::string(70, 'a')) == "414");
}

BOOST_AUTO_TEST_CASE(header_limit_is_exact_and_cumulative) {
    std::string const line = "GET / HTTP/1.1\r\n";
    std::string const fits = line + "A: " + std::string(177, 'x') + "\r\n\r\n";
    BOOST_REQUIRE(fits.size() == 200);
    BOOST_TEST(scanned(fits) == "end 200");
    BOOST_TEST(scanned(line + "A: " + std::string(178, 'x') + "\r\n\r\n") == "431");
    std::string many = line;
    while (many.size() < 300)
        many += "A: b\r\n";
    BOOST_TEST(scanned(many) == "431");
}

BOOST_AUTO_TEST_CASE(knows_the_request_line_and_forgets_it) {
    scanner_type scanner;
    BOOST_TEST(scanner.scan("GET / HTTP/1.1\r\nA", limits) == 0);
    BOOST_TEST(scanner.request_line_size() == 14);
    scanner.reset();
    BOOST_TEST(scanner.request_line_size() == 0);
    BOOST_TEST(scanner.scan("GET / HTTP/1.0\r\n\r\n", limits) == 18);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace head_scanner_test
