// Names and the values behind them in a text that need not be well-formed: members of JSON,
// elements of XML, fields of a form, also of the beginning of one. For whoever looks for a value or
// takes one out; who needs to understand a document decodes it. Pure; any thread.
#pragma once

#include <string_view>

namespace sluice::codecs {

struct named_value {
    std::string_view name; // letters, digits, "_", "-", "." and "$"
    // In `<key name="$flow.key.city">` what the attribute says; in {"name":"…","value":"…"} what
    // stands behind the name before it; else empty.
    std::string_view label;
    // A JSON string without its quotes, a list of JSON with its bracket, the text of an element, a
    // plain word. May be empty.
    std::string_view value;
    bool is_list() const { return value.starts_with('['); }
};

class named_value_walk {
  public:
    explicit named_value_walk(std::string_view text)
        : text_(text) {}

    // The next name with a value. What stands in the value is walked over next, but for
    // `pass_over`.
    bool next(named_value& to);
    // The walk goes on behind the value that came last.
    void pass_over() { at_ = behind_; }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t behind_ = 0;
    std::string_view last_name_value_; // of a member "name"
};

} // namespace sluice::codecs
