// The Date line of every answer, written anew once a second. One for each listener, used on its
// thread.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace sluice::gateway::server {

// Writes `Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n` (IMF-fixdate, RFC 9110 section 5.6.7).
class date_line {
  public:
    // The line for this second since 1970; valid until the next call.
    std::string_view at(std::int64_t unix_seconds);

    // The line for now, from the coarse system clock.
    std::string_view now();

  private:
    static constexpr std::size_t size = 37;

    std::int64_t written_for_ = -1;
    std::array<char, size + 1> text_{};
};

} // namespace sluice::gateway::server
