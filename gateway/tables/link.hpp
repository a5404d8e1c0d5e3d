// Short links as values: the code, what it stands for, its clicks. Any thread.
#pragma once

#include "queue/core/time.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::tables {

using queue::wall_time;

// Links that are stored have codes of this length, and link_code::number reads one as a number.
inline constexpr std::size_t link_code_length = 8;
static_assert(link_code_length == sizeof(std::uint64_t));

// So many characters of 62: what stands behind the last slash of a short URL.
class link_code {
  public:
    // Nothing for text that is no code.
    static std::optional<link_code> parse(std::string_view text);
    // The nth of all codes; `n` is taken modulo their number.
    static link_code nth(std::uint64_t n);

    std::string_view view() const { return {characters_.data(), characters_.size()}; }
    std::uint64_t number() const {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, characters_.data(), sizeof(bytes));
        return bytes;
    }

    friend bool operator==(link_code const&, link_code const&) = default;

  private:
    std::array<char, link_code_length> characters_{};
};

// A code from the system's secure randomness, every one as likely. Throws std::runtime_error when
// there is none.
link_code random_link_code();

// What a long URL is found again by: a digest of whose it is and of the URL. The custToken is a
// secret and is never stored.
using link_key = std::array<std::uint8_t, 16>;
link_key make_link_key(std::string_view account, std::string_view cust_token,
                       std::string_view long_url);

struct link {
    link_code code;
    link_key key{};
    std::string account;
    std::string long_url;
    wall_time created{};
    std::optional<wall_time> expires;

    bool is_expired(wall_time now) const { return expires && *expires <= now; }
};

// What a call asks for.
struct new_link {
    link_key key{};
    std::string account;
    std::string long_url;
    wall_time now{};
    std::optional<std::chrono::milliseconds> expiry; // none: for ever
};

// A day in the account's time zone, as days since 1970-01-01.
using day_number = std::int32_t;

struct day_clicks {
    day_number day = 0;
    std::uint64_t clicks = 0;

    friend bool operator==(day_clicks const&, day_clicks const&) = default;
};

struct link_clicks {
    std::uint64_t total = 0;
    std::vector<day_clicks> days; // in order, the newest `max_link_days` of them
};

inline constexpr std::size_t max_link_days = 400;

// Whether a link that is asked for again lives on as it is: its expiry would hardly move. One that
// has expired, or has used more than a hundredth of its time, begins anew.
bool is_fresh(link const& known, new_link const& asked);
std::shared_ptr<link const> renewed_link(link const& known, new_link const& asked);
std::shared_ptr<link const> made_link(new_link const& asked, link_code code);
// When a link that is asked for now ends.
std::optional<wall_time> expiry_of(new_link const& asked);

} // namespace sluice::gateway::tables
