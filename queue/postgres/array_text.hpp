// Many values as one parameter: `unnest($1::bytea[], $2::bigint[])`. A value while it is built.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::queue::postgres {

class array_text {
  public:
    void add(std::string_view value) {
        begin();
        text_ += '"';
        for (char const c : value) {
            if (c == '"' || c == '\\') text_ += '\\';
            text_ += c;
        }
        text_ += '"';
    }
    void add(std::int64_t number) {
        begin();
        text_ += std::to_string(number);
    }
    void add(bool value) {
        begin();
        text_ += value ? 't' : 'f';
    }
    void add_bytes(std::string_view bytes) {
        constexpr std::string_view digits = "0123456789abcdef";
        begin();
        text_ += "\\\\x"; // the array's own escape before the bytea's
        for (unsigned char const c : bytes) {
            text_ += digits[c >> 4];
            text_ += digits[c & 15];
        }
    }
    std::string done() const { return text_ + "}"; }

  private:
    void begin() {
        if (text_.size() > 1) text_ += ',';
    }

    std::string text_ = "{";
};

} // namespace sluice::queue::postgres
