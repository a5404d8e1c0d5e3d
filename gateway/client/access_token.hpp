// Access tokens of OAuth 2's client credentials grant (RFC 6749 section 4.4): what is asked for
// one, what an answer says, and how long it may be used. Values only; the time is given. Texts of
// problems never quote an answer, which may hold the token.
#pragma once

#include "gateway/config/upstream.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::client {

// "client_id:client_secret" for Basic, each form-encoded as section 2.3.1 wants it.
config::secret token_credentials(config::oauth2_client const& of);

// The body of the token request (section 4.4.2), as application/x-www-form-urlencoded.
std::string token_request_body(config::oauth2_client const& of);

// A token, or why there is none.
struct token_answer {
    std::optional<config::secret> token;
    std::chrono::seconds lifetime{0}; // `expires_in`; without one, default_token_lifetime
    std::string problem;              // one line for a person, where there is no token
};

inline constexpr std::chrono::seconds default_token_lifetime = std::chrono::minutes(5);
inline constexpr std::size_t longest_token = 8 * 1024;

// Reads the answer of a token endpoint (sections 5.1 and 5.2).
token_answer read_token_answer(unsigned status, std::string_view body);

// The token in use, and what became of the last attempt to get one.
class access_token {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    // How long nobody asks again after a failure, so that a token endpoint that is down is asked
    // once a second and not once an attempt.
    static constexpr std::chrono::seconds failure_kept{1};

    access_token() = default;
    ~access_token();
    access_token(access_token const&) = delete;
    access_token& operator=(access_token const&) = delete;

    // "Authorization: Bearer …" with CRLF; empty where there is no token that may be used.
    std::string_view line(time_point now) const;
    // Of the token in use; another for each.
    std::uint64_t number() const { return number_; }
    // Why there is no token, while it is too early to ask again; else empty.
    std::string_view failure(time_point now) const;

    // Used until shortly before its end: a tenth of its lifetime, at most 30 seconds.
    void store(config::secret const& token, std::chrono::seconds lifetime, time_point now);
    void fail(std::string why, time_point now);
    // The destination has refused the token of this number: it is not used again.
    void refuse(std::uint64_t number);

  private:
    void wipe();

    std::string line_;
    time_point ends_;
    std::uint64_t number_ = 0;
    std::string failure_;
    time_point failure_ends_;
};

} // namespace sluice::gateway::client
