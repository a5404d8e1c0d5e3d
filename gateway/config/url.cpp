#include "gateway/config/url.hpp"

#include "codecs/utf8.hpp"
#include "gateway/config/error.hpp"
#include "gateway/config/url_host.hpp"
#include "gateway/http/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace sluice::gateway::config {
namespace {

// RFC 3986 section 3.3 and 3.4.
constexpr http::byte_set path_bytes{"-._~!$&'()*+,;=:@/"};
constexpr http::byte_set query_bytes{"-._~!$&'()*+,;=:@/?"};

bool is_control(std::string_view rest) {
    auto const first = static_cast<unsigned char>(rest.front());
    if (first < 0x20 || first == 0x7f) return true;
    // U+0080 to U+009F
    return first == 0xc2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xa0;
}

// Percent-encodes what is not among `plain`, and a "%" that begins no encoded byte.
void append_encoded(std::string& to, std::string_view text, http::byte_set const& plain) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool const is_encoded = text[i] == '%' && i + 2 < text.size() &&
                                http::is_hex_digit(text[i + 1]) && http::is_hex_digit(text[i + 2]);
        if (is_encoded || plain.contains(text[i]))
            to += text[i];
        else
            fmt::format_to(std::back_inserter(to), "%{:02X}", static_cast<unsigned char>(text[i]));
    }
}

// Reads one URL from the front to the back.
class url_reader {
  public:
    explicit url_reader(std::string_view whole)
        : whole_(whole) {}

    boost::system::result<http_url, url_problem> read(plain_http policy);

  private:
    using problem = std::optional<url_problem>;

    std::size_t offset() const { return static_cast<std::size_t>(rest_.data() - whole_.data()); }
    problem character(std::size_t at, std::string_view why) const {
        return url_problem{error::url_character,
                           fmt::format("has {}, {}", name_character(whole_, at), why)};
    }
    problem check_characters() const;
    problem read_scheme(plain_http policy);
    problem read_authority();
    problem read_bracketed(std::string_view authority);
    problem read_port(std::string_view text);
    void read_target();

    std::string_view whole_; // as given; places count from its beginning
    std::string_view rest_;
    http_url url_;
};

url_reader::problem url_reader::check_characters() const {
    for (std::size_t i = 0; i < whole_.size();) {
        auto const size = codecs::utf8_sequence_length(whole_.substr(i));
        if (size == 0) return character(i, "and a URL is UTF-8");
        if (is_control(whole_.substr(i))) {
            return character(i, "and control characters, tabs and line ends cannot stand in a URL");
        }
        i += size;
    }
    return {};
}

url_reader::problem url_reader::read_scheme(plain_http policy) {
    auto const colon = rest_.find_first_of(":/?#\\");
    if (colon == rest_.npos || rest_[colon] != ':') return url_problem{error::url_syntax, {}};
    auto const scheme = rest_.substr(0, colon);
    if (scheme.empty() || !http::is_alpha(scheme.front()))
        return url_problem{error::url_syntax, {}};
    bool const is_http = http::equal_ignoring_case(scheme, "http");
    url_.is_https = http::equal_ignoring_case(scheme, "https");
    if (!is_http && !url_.is_https) return url_problem{error::url_scheme, {}};
    for (auto at = colon + 1; at < colon + 3; ++at) {
        if (at < rest_.size() && rest_[at] == '/') continue;
        if (at < rest_.size() && rest_[at] == '\\')
            return character(offset() + at, "which counts as / behind the host only");
        return url_problem{error::url_syntax, {}};
    }
    if (is_http && policy == plain_http::refused) return url_problem{error::url_plain_http, {}};
    url_.text = rest_.substr(0, colon + 3);
    rest_.remove_prefix(colon + 3);
    return {};
}

// "" and ":" leave the default (RFC 3986 section 3.2.3).
url_reader::problem url_reader::read_port(std::string_view text) {
    url_.port = url_.is_https ? 443 : 80;
    if (text.empty() || text == ":") return {};
    auto const* last = text.data() + text.size();
    auto const [end, ec] = std::from_chars(text.data() + 1, last, url_.port);
    if (text.front() != ':' || ec != std::errc() || end != last || url_.port == 0)
        return url_problem{error::url_port, {}};
    return {};
}

// "[2001:db8::1]" and what stands behind it. IPvFuture is no address.
url_reader::problem url_reader::read_bracketed(std::string_view authority) {
    auto const bracket = authority.find(']');
    if (bracket == std::string_view::npos) return url_problem{error::url_host, {}};
    url_.host = http::to_lower(authority.substr(1, bracket - 1));
    auto const address = ip_address::parse(url_.host);
    if (!address || url_.host.find(':') == std::string::npos)
        return url_problem{error::url_host, {}};
    url_.literal = *address;
    url_.text += authority;
    return read_port(authority.substr(bracket + 1));
}

url_reader::problem url_reader::read_authority() {
    auto const size = std::min(rest_.find_first_of("/\\?#"), rest_.size());
    auto const authority = rest_.substr(0, size);
    auto const at = offset();
    rest_.remove_prefix(size);
    if (authority.find('@') != authority.npos) return url_problem{error::url_user_info, {}};
    if (authority.starts_with('[')) return read_bracketed(authority);
    auto const colon = std::min(authority.find(':'), authority.size());
    auto host = read_host(whole_, at, authority.substr(0, colon));
    if (!host) return host.error();
    // A name that is ASCII already is kept as it was written.
    auto const written = authority.substr(0, colon);
    bool const is_same = http::equal_ignoring_case(written, host->name);
    url_.text += is_same ? written : std::string_view(host->name);
    url_.text += authority.substr(colon);
    url_.host = std::move(host->name);
    url_.literal = host->literal;
    return read_port(authority.substr(colon));
}

void url_reader::read_target() {
    auto const fragment = std::min(rest_.find('#'), rest_.size());
    auto const query = std::min(rest_.find('?'), fragment);
    std::string path(rest_.substr(0, query));
    std::ranges::replace(path, '\\', '/');
    std::string target;
    append_encoded(target, path, path_bytes);
    if (query < fragment) {
        target += '?';
        append_encoded(target, rest_.substr(query + 1, fragment - query - 1), query_bytes);
    }
    url_.text += target;
    if (fragment < rest_.size()) {
        url_.text += '#';
        append_encoded(url_.text, rest_.substr(fragment + 1), query_bytes);
    }
    url_.target = target.starts_with('/') ? std::move(target) : '/' + target;
}

boost::system::result<http_url, url_problem> url_reader::read(plain_http policy) {
    if (auto wrong = check_characters()) return *std::move(wrong);
    auto const first = std::min(whole_.find_first_not_of(' '), whole_.size());
    rest_ = whole_.substr(first, whole_.find_last_not_of(' ') + 1 - first);
    if (auto wrong = read_scheme(policy)) return *std::move(wrong);
    if (auto wrong = read_authority()) return *std::move(wrong);
    read_target();
    return std::move(url_);
}

} // namespace

void throw_exception_from_error(url_problem const& error, boost::source_location const&) {
    throw std::logic_error("unchecked: " + error.message());
}

std::string http_url::authority() const {
    bool const is_v6 = host.find(':') != std::string::npos;
    std::string name = is_v6 ? '[' + host + ']' : host;
    if (port != (is_https ? 443 : 80)) name.append(":").append(std::to_string(port));
    return name;
}

boost::system::result<http_url, url_problem> parse_url(std::string_view text, plain_http policy) {
    return url_reader(text).read(policy);
}

bool is_open_port(std::uint16_t port, std::span<std::uint16_t const> allowed) {
    return port == 80 || port == 443 || port >= 1024 ||
           std::ranges::find(allowed, port) != allowed.end();
}

std::string closed_port_text(std::uint16_t port) {
    return fmt::format("port {0} is called only where allow_ports = [{0}] says so; 80, 443 and "
                       "those from 1024 on always are",
                       port);
}

} // namespace sluice::gateway::config
