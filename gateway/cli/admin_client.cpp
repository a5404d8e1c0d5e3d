#include "gateway/cli/admin_client.hpp"

#include "codecs/text.hpp"
#include "gateway/cli/admin_text.hpp"
#include "gateway/cli/table.hpp"
#include "gateway/config/listen_address.hpp"
#include "gateway/config/units.hpp"
#include "gateway/config/url.hpp"
#include "gateway/serve/app.hpp"
#include "gateway/telemetry/redact.hpp"

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
constexpr std::string_view how_to_say_the_token =
    "say it by SLUICE_ADMIN_TOKEN, SLUICE_ADMIN_TOKEN_FILE or --token-file; --admin names the "
    "admin listener";

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

bool has_more_than_a_path(std::string_view url) {
    return url.find_first_of("?#") != url.npos;
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

// Of a 3xx: the gateway's own calls have none, so that it is a proxy or another program.
std::string elsewhere_text(unsigned status, std::string_view location) {
    std::string to;
    append_safe(to, location);
    return fmt::format("it answers {} and points to {}; name by --admin where the gateway is",
                       status, to.empty() ? "nowhere" : to);
}

std::string reason_of(boost::system::error_code ec, std::chrono::milliseconds patience) {
    if (ec == beast::error::timeout) return "no answer within " + config::format_duration(patience);
    if (ec == beast_http::error::end_of_stream || ec == beast_http::error::partial_message)
        return "the connection was closed before the answer was whole";
    bool const is_http =
        ec.category() == make_error_code(beast_http::error::bad_version).category();
    if (is_http && ec != beast_http::error::body_limit)
        return "the answer is not HTTP; is this the admin listener?";
    return ec.message();
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

// What `serve` takes for its listener, as whoever asks it writes it: one variable serves both, in a
// container for example. A listener at every address is asked by the loopback one.
std::string url_of_listener(std::string const& text) {
    auto where = config::listen_address::parse(text);
    if (!where) return text;
    auto& address = where->address;
    if (address == config::ip_address::parse("0.0.0.0").value())
        address = config::ip_address::loopback_v4();
    else if (address == config::ip_address::parse("::").value())
        address = config::ip_address::parse("::1").value();
    return "http://" + where->to_string();
}

} // namespace

command telling_errors(command run) {
    return [run = std::move(run)] {
        try {
            return run();
        } catch (command_error const& e) {
            std::cerr << "sluice: " << e.what() << '\n';
            return e.code();
        }
    };
}

void admin_flags::add_to(CLI::App& command) {
    command.add_option("--admin", url,
                       "URL of the admin listener (SLUICE_ADMIN; http://127.0.0.1:8081)");
    command.add_option("--token-file", token_file,
                       "File with the admin token (SLUICE_ADMIN_TOKEN, SLUICE_ADMIN_TOKEN_FILE)");
}

admin_address resolve_admin(admin_flags const& given) {
    admin_address where;
    where.url = url_of_listener(given.url.empty() ? environment("SLUICE_ADMIN") : given.url);
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
    bool const is_right = parsed && !parsed->is_https && !has_more_than_a_path(parsed->text);
    if (!is_right) {
        throw command_error(exit_usage,
                            fmt::format("--admin must be http://HOST:PORT, with a path where the "
                                        "gateway stands below one, not {}",
                                        telemetry::hide_url_secrets(where.url)));
    }
    base_ = parsed->target;
    base_.erase(base_.find_last_not_of('/') + 1);
    host_ = parsed->host;
    port_ = std::to_string(parsed->port);
    authority_ = parsed->authority();
}

void admin_client::cannot_reach(boost::system::error_code ec,
                                std::chrono::milliseconds patience) const {
    cannot_reach(reason_of(ec, patience));
}

void admin_client::cannot_reach(std::string const& why) const {
    throw command_error(exit_cannot_bind, fmt::format("cannot reach {}: {}", url_, why));
}

admin_client::answer admin_client::exchange(question const& what,
                                            std::chrono::milliseconds patience) const {
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
    request.target(base_ + std::string(what.target));
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
    // A change may have been made, or be made when the gateway goes on.
    std::string_view const doubt = what.method == "GET" ? "" : "; it may have been done";
    if (ec) cannot_reach(reason_of(ec, patience).append(doubt));
    auto& answer = parser.get();
    if (answer.result_int() / 100 == 3)
        cannot_reach(elsewhere_text(answer.result_int(), answer[beast_http::field::location]));
    return {answer.result_int(), std::move(answer.body())};
}

namespace {

// 64 for what is not valid, 1 for what is refused otherwise.
void check_answer(admin_client::answer const& given) {
    if (given.status < 400) return;
    bool const is_usage = given.status == 400 || given.status == 422;
    auto said = detail_of(given.body, given.status);
    if (given.status == 401) said.append("\n  ").append(how_to_say_the_token);
    throw command_error(is_usage ? exit_usage : exit_missed, said);
}

} // namespace

void admin_client::tell(std::string_view method, std::string_view target,
                        std::string_view body) const {
    check_answer(exchange({method, target, body}, usual_patience));
}

boost::json::value admin_client::call(std::string_view method, std::string_view target,
                                      std::string_view body,
                                      std::chrono::milliseconds patience) const {
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
