// The one walk over a query or a form (RFC 3986 section 3.4, WHATWG URL section 5): its parts
// between `&`, as they were written. Decoding is the reader's: `percent_decode` keeps a `+`, a
// form's makes it a space. Allocates nothing; any thread.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

namespace sluice::codecs {

// Views into the text that is walked over.
struct query_part {
    std::string_view whole;
    std::string_view name;
    std::string_view value; // what follows the first `=`; empty without one
    bool has_value = false; // there is an `=`
};

// Empty parts (`a=1&&b=2`) are skipped.
class query_walk {
  public:
    explicit query_walk(std::string_view text) noexcept
        : rest_(text) {}

    // Moves to the next part; false behind the last.
    [[nodiscard]] bool next(query_part& part) noexcept {
        while (!rest_.empty()) {
            auto const end = std::min(rest_.find('&'), rest_.size());
            part.whole = rest_.substr(0, end);
            rest_.remove_prefix(std::min(end + 1, rest_.size()));
            if (part.whole.empty()) continue;
            auto const equals = std::min(part.whole.find('='), part.whole.size());
            part.name = part.whole.substr(0, equals);
            part.has_value = equals < part.whole.size();
            part.value = part.has_value ? part.whole.substr(equals + 1) : part.whole.substr(equals);
            return true;
        }
        return false;
    }

  private:
    std::string_view rest_;
};

// The value of the first part of this name, as it was written; nothing without one.
[[nodiscard]] inline std::optional<std::string_view> find_in_query(std::string_view query,
                                                                   std::string_view name) noexcept {
    query_walk walk(query);
    for (query_part part; walk.next(part);) {
        if (part.name == name) return part.value;
    }
    return std::nullopt;
}

} // namespace sluice::codecs
