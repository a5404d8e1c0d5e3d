// Asks a running gateway's admin listener, for the commands of the operator. Blocking, one call a
// connection; the main thread of a command.
#pragma once

#include "gateway/cli/commands.hpp"

#include <CLI/App.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sluice::gateway::cli {

// The command ends with this code and its message.
class command_error : public std::runtime_error {
  public:
    command_error(int code, std::string const& message)
        : std::runtime_error(message)
        , code_(code) {}
    int code() const { return code_; }

  private:
    int code_;
};

// The same command; what it throws as command_error is told on standard error, and ends it.
command telling_errors(command run);

// As flag or environment give them; see resolve_admin.
struct admin_address {
    std::string url;   // http://host:port, and a path where the gateway stands below one
    std::string token; // empty: none
};

// The flags of every verb that asks a gateway.
struct admin_flags {
    std::string url;        // --admin
    std::string token_file; // --token-file
    void add_to(CLI::App& command);
};

// The flag, else SLUICE_ADMIN, else the default; the token from the file that --token-file names,
// from SLUICE_ADMIN_TOKEN or the file that SLUICE_ADMIN_TOKEN_FILE names. Throws command_error (64,
// 78).
admin_address resolve_admin(admin_flags const& given);

class admin_client {
  public:
    // Calls go below the URL's path. Throws command_error 64 for a URL that is none, or has a
    // query.
    explicit admin_client(admin_address const& where);

    // One call; the answer's JSON. Throws command_error: 69 when nobody answers within `patience`,
    // or who answers sends elsewhere (3xx, which is not followed: the token is meant for this one
    // alone), 64 when what was asked for is not valid (400, 422), 1 when it is refused otherwise.
    boost::json::value call(std::string_view method, std::string_view target,
                            std::string_view body = {},
                            std::chrono::milliseconds patience = usual_patience) const;
    // The same where the answer has no body.
    void tell(std::string_view method, std::string_view target, std::string_view body = {}) const;
    // The same for what many tasks are done to, which is answered when all of it is done. A gateway
    // that does not answer anything is found first.
    boost::json::value call_bulk(std::string_view target, std::string_view body = {}) const;

    // The answer as it comes, whatever its status but 3xx. Throws command_error 69.
    struct answer {
        unsigned status = 0;
        std::string body;
    };
    answer look(std::string_view target, std::string_view accept) const;
    std::string const& url() const { return url_; }

    static constexpr std::chrono::seconds usual_patience{30};
    static constexpr std::chrono::seconds bulk_patience{300};

  private:
    struct question {
        std::string_view method, target, body;
        std::string_view accept = "application/json";
    };
    answer exchange(question const& what, std::chrono::milliseconds patience) const;
    [[noreturn]] void cannot_reach(boost::system::error_code ec,
                                   std::chrono::milliseconds patience) const;
    [[noreturn]] void cannot_reach(std::string const& why) const;

    std::string url_;
    std::string host_;
    std::string port_;
    std::string authority_;
    std::string base_; // "/sluice"; before every path
    std::string token_;
};

} // namespace sluice::gateway::cli
