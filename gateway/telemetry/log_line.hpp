// The text of one log line behind its time and level: a message and named values, as members of a
// JSON object or as `message key=value` for a terminal. Values cannot break a line, and no byte of
// them moves a terminal's cursor.
// Pure functions over views; nothing is kept.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace sluice::gateway::telemetry {

// A value of a log line. Text is not owned: it must live until the call that takes it returns.
class log_value {
  public:
    log_value(std::string_view text)
        : value_(text) {}
    log_value(std::string const& text)
        : value_(std::string_view(text)) {}
    log_value(char const* text)
        : value_(std::string_view(text)) {}
    log_value(bool flag)
        : value_(flag) {}
    log_value(std::signed_integral auto number)
        : value_(static_cast<std::int64_t>(number)) {}
    log_value(std::unsigned_integral auto number)
        : value_(static_cast<std::uint64_t>(number)) {}
    log_value(double number)
        : value_(number) {}

    void append_json(std::string& out) const;
    void append_text(std::string& out) const;

  private:
    std::variant<std::string_view, bool, std::int64_t, std::uint64_t, double> value_;
};

// `key` is a literal of the program: lower case, letters and underscores.
struct log_field {
    std::string_view key;
    log_value value;
};
using log_fields = std::initializer_list<log_field>;

// Appends `"message":"…","key":value,…` without the braces around it.
void append_json_members(std::string& out, std::string_view message, log_fields fields);

// Appends `message key=value key="two words"`.
void append_text_line(std::string& out, std::string_view message, log_fields fields);

} // namespace sluice::gateway::telemetry
