// Asks a running gateway's admin listener, for the commands of the operator. Blocking, one call a
// connection; the main thread of a command.
#pragma once

#include <boost/json/value.hpp>

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

// As flag or environment give them; see resolve_admin.
struct admin_address {
    std::string url;   // http://host:port
    std::string token; // empty: none
};

// The flag, else SLUICE_ADMIN, else the default; the token from SLUICE_ADMIN_TOKEN or the file that
// SLUICE_ADMIN_TOKEN_FILE names. Throws command_error (64, 78).
admin_address resolve_admin(std::string const& flag);

class admin_client {
  public:
    // Throws command_error 64 for an URL that is none.
    explicit admin_client(admin_address const& where);

    // One call; the answer's JSON. Throws command_error: 69 when nobody answers, 64 when what was
    // asked for is not valid (400, 422), 1 when it is refused otherwise.
    boost::json::value call(std::string_view method, std::string_view target,
                            std::string_view body = {}) const;

  private:
    struct answer {
        unsigned status = 0;
        std::string body;
    };
    answer exchange(std::string_view method, std::string_view target, std::string_view body) const;
    [[noreturn]] void cannot_reach(std::string const& why) const;

    std::string url_;
    std::string host_;
    std::string port_;
    std::string authority_;
    std::string token_;
};

} // namespace sluice::gateway::cli
