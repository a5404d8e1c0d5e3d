#include "gateway/server/head_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <limits>

namespace sluice::gateway::server {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;
using beast_text = boost::beast::string_view;

std::string_view to_std(beast_text text) {
    return {text.data(), text.size()};
}

// Collects what Beast recognises. The body is never shown to it.
class collecting_parser final : public beast_http::basic_parser<true> {
  public:
    collecting_parser(std::size_t max_headers, parsed_head& parsed,
                      std::vector<header_field>& fields)
        : parsed_(parsed)
        , fields_(fields)
        , max_headers_(max_headers) {
        // head_scanner and request_reader have the limits; Beast's are not cumulative.
        header_limit(std::numeric_limits<std::uint32_t>::max());
        body_limit(boost::none);
        skip(true);
    }

  private:
    void on_request_impl(beast_http::verb, beast_text method, beast_text target, int version,
                         error_code&) override {
        parsed_ = {to_std(method), to_std(target), static_cast<unsigned>(version) % 10};
    }
    void on_field_impl(beast_http::field, beast_text name, beast_text value,
                       error_code& ec) override {
        if (fields_.size() == max_headers_) {
            ec = beast_http::error::header_limit;
            return;
        }
        fields_.push_back({to_std(name), to_std(value)});
    }
    void on_response_impl(int, beast_text, int, error_code&) override {}
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(beast_text, error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, beast_text, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast_text, error_code&) override { return 0; }
    void on_finish_impl(error_code&) override {}

    parsed_head& parsed_;
    std::vector<header_field>& fields_;
    std::size_t max_headers_;
};

refusal to_refusal(error_code const& ec) {
    if (ec == beast_http::error::header_limit) return {431, "There are too many header fields."};
    if (ec == beast_http::error::bad_method) return {400, "The method is malformed."};
    if (ec == beast_http::error::bad_target) return {400, "The request target is malformed."};
    if (ec == beast_http::error::bad_version) return {400, "The HTTP version is malformed."};
    if (ec == beast_http::error::bad_content_length ||
        ec == beast_http::error::multiple_content_length) {
        return {400, "Content-Length is malformed."};
    }
    if (ec == beast_http::error::bad_transfer_encoding) {
        return {400, "Transfer-Encoding is malformed, or Content-Length stands beside it."};
    }
    return {400, "A header field is malformed."};
}

} // namespace

refusal parse_head(std::string_view head, std::size_t max_headers, parsed_head& parsed,
                   std::vector<header_field>& fields) {
    fields.clear();
    collecting_parser parser(max_headers, parsed, fields);
    error_code ec;
    auto const used = parser.put(boost::asio::buffer(head.data(), head.size()), ec);
    if (ec) return to_refusal(ec);
    // The scanner and Beast have to agree on where the header ends.
    if (used != head.size() || !parser.is_header_done()) {
        return {400, "The request header is malformed."};
    }
    return {};
}

} // namespace sluice::gateway::server
