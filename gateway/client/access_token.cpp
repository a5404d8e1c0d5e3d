#include "gateway/client/access_token.hpp"

#include "codecs/form.hpp"
#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "gateway/http/text.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace sluice::gateway::client {
namespace {

using namespace std::chrono_literals;

// RFC 6749 section 5.2. Others are not repeated: an answer may say anything.
constexpr std::array<std::string_view, 6> known_errors{
    "invalid_request",     "invalid_client",         "invalid_grant",
    "unauthorized_client", "unsupported_grant_type", "invalid_scope"};

constexpr std::chrono::seconds longest_lifetime = 24h * 366;
// Those who waited for a token use it, however short its life is said to be.
constexpr std::chrono::seconds shortest_lifetime = 1s;

token_answer problem(std::string what) {
    token_answer answer;
    answer.problem = std::move(what);
    return answer;
}

std::string member(std::string_view body, std::string_view name) {
    auto const raw = codecs::json_member_value(body, name);
    return raw ? codecs::json_text(*raw) : std::string();
}

token_answer refused(unsigned status, std::string_view body) {
    auto const error = codecs::check_json(body) ? member(body, "error") : std::string();
    bool const is_known = std::ranges::find(known_errors, error) != known_errors.end();
    return problem(is_known ? fmt::format("answered {} {}", status, error)
                            : fmt::format("answered {}", status));
}

// What may stand behind "Bearer " (RFC 6750 section 2.1), and a little more: visible ASCII.
bool is_usable(std::string_view token) {
    auto const is_visible = [](char c) { return c > 0x20 && c < 0x7f; };
    return !token.empty() && token.size() <= longest_token &&
           std::ranges::all_of(token, is_visible);
}

// A number of seconds, as a number or, as some servers write it, as a string.
std::chrono::seconds read_lifetime(std::string_view text) {
    if (text.empty()) return default_token_lifetime;
    double seconds = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (ec != std::errc() || end != text.data() + text.size() || !(seconds > 0)) return 0s;
    auto const most = static_cast<double>(longest_lifetime.count());
    return std::chrono::seconds(static_cast<std::int64_t>(std::min(seconds, most)));
}

} // namespace

config::secret token_credentials(config::oauth2_client const& of) {
    std::string text;
    codecs::append_form_component(text, of.client_id);
    text += ':';
    codecs::append_form_component(text, of.client_secret.reveal());
    config::secret const made(text);
    OPENSSL_cleanse(text.data(), text.size());
    return made;
}

std::string token_request_body(config::oauth2_client const& of) {
    std::string body = "grant_type=client_credentials";
    if (of.scope.empty()) return body;
    body += "&scope=";
    codecs::append_form_component(body, of.scope);
    return body;
}

token_answer read_token_answer(unsigned status, std::string_view body) {
    if (status != 200) return refused(status, body);
    if (!codecs::check_json(body)) return problem("the answer is not JSON");
    auto token = member(body, "access_token");
    if (!is_usable(token)) return problem("the answer has no usable access_token");
    auto const type = member(body, "token_type");
    if (!http::equal_ignoring_case(type, "bearer")) return problem("the token is no Bearer token");
    token_answer answer;
    answer.token.emplace(token);
    answer.lifetime = read_lifetime(member(body, "expires_in"));
    OPENSSL_cleanse(token.data(), token.size());
    return answer;
}

access_token::~access_token() {
    wipe();
}

void access_token::wipe() {
    OPENSSL_cleanse(line_.data(), line_.size());
    line_.clear();
}

std::string_view access_token::line(time_point now) const {
    return now < ends_ ? std::string_view(line_) : std::string_view();
}

std::string_view access_token::failure(time_point now) const {
    return now < failure_ends_ ? std::string_view(failure_) : std::string_view();
}

void access_token::store(config::secret const& token, std::chrono::seconds lifetime,
                         time_point now) {
    wipe();
    line_.append("Authorization: Bearer ").append(token.reveal()).append("\r\n");
    std::chrono::milliseconds const whole = std::max(lifetime, shortest_lifetime);
    ends_ = now + whole - std::min<std::chrono::milliseconds>(whole / 10, 30s);
    ++number_;
    failure_.clear();
}

void access_token::fail(std::string why, time_point now) {
    failure_ = std::move(why);
    failure_ends_ = now + failure_kept;
}

void access_token::refuse(std::uint64_t number) {
    if (number == number_) wipe();
}

} // namespace sluice::gateway::client
