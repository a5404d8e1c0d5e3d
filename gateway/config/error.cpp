#include "gateway/config/error.hpp"

#include <string>

namespace sluice::gateway::config {
namespace {

char const* sentence(error code) noexcept {
    switch (code) {
    case error::duration_syntax:
        return "must be a duration such as \"250ms\", \"2s\", \"5m\", \"1h\", \"7d\" or a number "
               "of seconds";
    case error::duration_too_long:
        return "is a duration of more than 100 years";
    case error::size_syntax:
        return "must be a size such as \"256KiB\", \"8GiB\", \"64KB\" or a number of bytes";
    case error::size_too_large:
        return "is a size beyond 2^63 bytes";
    case error::network_syntax:
        return "must be an IP address or a network such as \"10.0.0.0/8\" or \"2001:db8::/32\"";
    case error::listen_address_syntax:
        return "must be an address and a port such as \"127.0.0.1:8080\" or \"[::1]:8080\"";
    case error::durability_syntax:
        return "must be \"fsync\", \"interval:50ms\" or \"memory\"";
    case error::durability_interval:
        return "must have an interval between 1ms and 10s";
    case error::url_syntax:
        return "must be an absolute URL such as \"https://example.com/path\"";
    case error::url_scheme:
        return "must be an http or https URL";
    case error::url_plain_http:
        return "is a plain http URL: use https, or say allow_http = true";
    case error::url_user_info:
        return "must not have a user name or password in the URL";
    case error::url_character:
        return "has a character that cannot stand in a URL";
    case error::url_host:
        return "must have a host name or an IP address in the URL";
    case error::url_port:
        return "must have a port between 1 and 65535 in the URL";
    case error::url_closed_port:
        return "has a port that is called only where allow_ports lists it";
    case error::signing_secret:
        return "must be \"whsec_\" and the base64 of 24 to 64 bytes, or \"whsk_\" (to verify also "
               "\"whpk_\") and the base64 of an Ed25519 key";
    case error::signing_public:
        return "is a public key, which cannot sign: give the \"whsk_\" key";
    case error::header_name:
        return "is not a header name";
    case error::header_value:
        return "must not have control characters such as CR or LF in a header";
    case error::header_reserved:
        return "is a header that the gateway writes itself";
    case error::time_zone:
        return "must be the name of a time zone such as \"Asia/Kolkata\"";
    }
    return "is refused for an unknown reason";
}

class category final : public boost::system::error_category {
  public:
    char const* name() const noexcept override { return "sluice.config"; }
    std::string message(int code) const override { return sentence(static_cast<error>(code)); }
};

} // namespace

boost::system::error_category const& error_category() noexcept {
    static category const instance;
    return instance;
}

} // namespace sluice::gateway::config
