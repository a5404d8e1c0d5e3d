#include "gateway/cli/admin_client.hpp"

#include "codecs/text.hpp"
#include "gateway/cli/admin_text.hpp"
#include "gateway/config/url.hpp"
#include "gateway/serve/app.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iostream>

namespace sluice::gateway::cli {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace beast_http = beast::http;

constexpr std::string_view default_url = "http://127.0.0.1:8081";
constexpr std::chrono::seconds connect_time{10};
constexpr std::uint64_t answer_limit = 64 * 1024 * 1024;

std::string environment(char const* name) {
    char const* const value = std::getenv(name);
    return value ? value : "";
}

std::string read_token_file(std::string_view named_by, std::string const& path) {
    std::ifstream file(path);
    std::string line;
    if (!file || !std::getline(file, line)) {
        throw command_error(exit_configuration, fmt::format("cannot read {}: {}", named_by, path));
    }
    return std::string(codecs::trim(codecs::without_mark(line)));
}

// What a refusal says about itself.
std::string detail_of(std::string const& body, unsigned status) {
    boost::system::error_code ec;
    auto const parsed = boost::json::parse(body, ec);
    auto const* object = ec ? nullptr : parsed.if_object();
    auto const* detail = object ? object->if_contains("detail") : nullptr;
    std::string said =
        fmt::format("{} (HTTP {})",
                    detail && detail->is_string() ? std::string_view(detail->get_string())
                                                  : std::string_view("the gateway refused"),
                    status);
    if (auto const missing = missing_text(parsed); !missing.empty()) said += "\n  " + missing;
    auto const* errors = object ? object->if_contains("errors") : nullptr;
    if (!errors || !errors->is_array()) return said;
    for (auto const& each : errors->get_array()) {
        said += fmt::format("\n  {}: {}", std::string_view(each.at("pointer").as_string()),
                            std::string_view(each.at("detail").as_string()));
    }
    return said;
}

// Runs one asynchronous operation to its end.
template <class Start>
boost::system::error_code run(asio::io_context& io, Start start) {
    boost::system::error_code result;
    start([&result](boost::system::error_code ec, auto&&...) { result = ec; });
    io.restart();
    io.run();
    return result;
}

} // namespace

void admin_flags::add_to(CLI::App& command) {
    command.add_option("--admin", url,
                       "URL of the admin listener (SLUICE_ADMIN; http://127.0.0.1:8081)");
    command.add_option("--token-file", token_file,
                       "File with the admin token (SLUICE_ADMIN_TOKEN, SLUICE_ADMIN_TOKEN_FILE)");
}

admin_address resolve_admin(admin_flags const& given) {
    admin_address where;
    where.url = given.url.empty() ? environment("SLUICE_ADMIN") : given.url;
    if (where.url.empty()) where.url = default_url;
    if (!given.token_file.empty()) {
        where.token = read_token_file("--token-file", given.token_file);
        return where;
    }
    where.token = environment("SLUICE_ADMIN_TOKEN");
    auto const file = environment("SLUICE_ADMIN_TOKEN_FILE");
    if (where.token.empty() && !file.empty())
        where.token = read_token_file("SLUICE_ADMIN_TOKEN_FILE", file);
    return where;
}

admin_client::admin_client(admin_address const& where)
    : url_(where.url)
    , token_(where.token) {
    auto const parsed = config::parse_url(where.url, config::plain_http::allowed);
    if (!parsed || parsed->is_https || parsed->target != "/") {
        throw command_error(exit_usage,
                            fmt::format("--admin must be http://HOST:PORT, not {}", where.url));
    }
    host_ = parsed->host;
    port_ = std::to_string(parsed->port);
    authority_ = parsed->authority();
}

void admin_client::cannot_reach(boost::system::error_code ec, std::chrono::seconds patience) const {
    if (ec != beast::error::timeout) cannot_reach(ec.message());
    cannot_reach(fmt::format("no answer within {} s", patience.count()));
}

void admin_client::cannot_reach(std::string const& why) const {
    throw command_error(exit_cannot_bind, fmt::format("cannot reach {}: {}", url_, why));
}

admin_client::answer admin_client::exchange(question const& what,
                                            std::chrono::seconds patience) const {
    asio::io_context io;
    boost::system::error_code ec;
    asio::ip::tcp::resolver resolver(io);
    auto const found = resolver.resolve(host_, port_, ec);
    if (ec) cannot_reach(ec.message());
    beast::tcp_stream stream(io);
    stream.expires_after(connect_time);
    ec = run(io, [&](auto done) { stream.async_connect(found, done); });
    if (ec) cannot_reach(ec, connect_time);
    beast_http::request<beast_http::string_body> request;
    request.method_string(what.method);
    request.target(what.target);
    request.set(beast_http::field::host, authority_);
    request.set(beast_http::field::accept, what.accept);
    request.set(beast_http::field::connection, "close");
    if (!token_.empty()) request.set(beast_http::field::authorization, "Bearer " + token_);
    if (!what.body.empty()) request.set(beast_http::field::content_type, "application/json");
    request.body() = what.body;
    if (what.method != "GET") request.content_length(what.body.size());
    stream.expires_after(patience);
    ec = run(io, [&](auto done) { beast_http::async_write(stream, request, done); });
    if (ec) cannot_reach(ec, patience);
    beast::flat_buffer buffer;
    beast_http::response_parser<beast_http::string_body> parser;
    parser.body_limit(answer_limit);
    ec = run(io, [&](auto done) { beast_http::async_read(stream, buffer, parser, done); });
    if (ec) cannot_reach(ec, patience);
    return {parser.get().result_int(), std::move(parser.get().body())};
}

namespace {

// 64 for what is not valid, 1 for what is refused otherwise.
void check_answer(admin_client::answer const& given) {
    if (given.status < 400) return;
    bool const is_usage = given.status == 400 || given.status == 422;
    throw command_error(is_usage ? exit_usage : exit_missed, detail_of(given.body, given.status));
}

} // namespace

void admin_client::tell(std::string_view method, std::string_view target) const {
    check_answer(exchange({method, target, {}}, usual_patience));
}

boost::json::value admin_client::call(std::string_view method, std::string_view target,
                                      std::string_view body, std::chrono::seconds patience) const {
    auto const given = exchange({method, target, body}, patience);
    check_answer(given);
    boost::system::error_code ec;
    auto value = boost::json::parse(given.body, ec);
    if (ec) cannot_reach("the answer is not JSON; is this the admin listener?");
    if (auto const missing = missing_text(value); !missing.empty())
        std::cerr << "sluice: " << missing << '\n';
    return value;
}

admin_client::answer admin_client::look(std::string_view target, std::string_view accept) const {
    return exchange({"GET", target, {}, accept}, usual_patience);
}

boost::json::value admin_client::call_bulk(std::string_view target, std::string_view body) const {
    exchange({"GET", "/livez", {}}, usual_patience);
    return call("POST", target, body, bulk_patience);
}

} // namespace sluice::gateway::cli
