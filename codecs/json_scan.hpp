// Looks into JSON text without building it: the raw spans of members and elements, so that a part
// of a body can be forwarded byte for byte and a number keeps the digits that it was written with.
// Works on text that `check_json` has passed, and on spans of it; anything else is a bug of the
// caller (it is read safely, and yields nothing of use). Spans point into the text that was given.
// Any thread.
#pragma once

#include "codecs/json_pointer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::codecs {

enum class json_kind { object, array, string, number, boolean, null };

struct json_member {
    // The name as it was written, without its quotes and with its escapes.
    std::string_view raw_name;
    // The value as it was written, without surrounding white space.
    std::string_view value;

    [[nodiscard]] std::string name() const;
    // Whether the name, unescaped, is `text`.
    [[nodiscard]] bool is(std::string_view text) const;
};

// `text` without white space around it and a byte order mark in front.
[[nodiscard]] std::string_view json_trim(std::string_view text) noexcept;

[[nodiscard]] json_kind json_kind_of(std::string_view raw) noexcept;

// Whether it is a number with a fraction or an exponent.
[[nodiscard]] bool is_json_decimal(std::string_view raw) noexcept;

// Walks over the members of an object or the elements of an array, in their order, without
// allocating; there are none in anything else.
class json_cursor {
  public:
    explicit json_cursor(std::string_view container) noexcept;

    // Moves to the next one; false behind the last. Elements have no name.
    [[nodiscard]] bool next(json_member& member) noexcept;

  private:
    bool take_name(json_member& member) noexcept;

    std::string_view text_;
    bool is_object_;
    std::size_t at_ = 0;
};

// The members of an object in their order; empty for anything else.
[[nodiscard]] std::vector<json_member> json_members(std::string_view object);

// The elements of an array in their order; empty for anything else.
[[nodiscard]] std::vector<std::string_view> json_elements(std::string_view array);

// The raw value that `pointer` leads to, or nothing.
[[nodiscard]] std::optional<std::string_view> json_find(std::string_view text,
                                                        json_pointer const& pointer);

// The member of that name of an object, or nothing.
[[nodiscard]] std::optional<std::string_view> json_member_value(std::string_view object,
                                                                std::string_view name);

// The member of that name, where it is a whole number that is not negative and fits.
[[nodiscard]] std::optional<std::uint64_t> json_member_number(std::string_view object,
                                                              std::string_view name);

// What a raw value says as text: a string without quotes and escapes, a number or boolean as it
// was written, null as nothing, an object or array as it was written.
[[nodiscard]] std::string json_text(std::string_view raw);

// The text with the last member only of those that have one name, as most programs read it. No
// deeper than the depth that the text was checked for.
[[nodiscard]] std::string json_without_repeats(std::string_view text);

} // namespace sluice::codecs
