// Telephone numbers of a call: splitting, normalising to country code and digits, masking for logs.
// Knows lengths of national numbers of some countries, not numbering plans. Pure functions; any
// thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::codecs {

struct contact_error {
    // Which entry, from 0, over all values; and the entry as it was given, cut to 64 bytes.
    std::size_t index = 0;
    std::string entry{};
    std::string detail{};
};

struct contact_list {
    // Country code and digits, in the order given, each person once.
    std::vector<std::string> numbers;
    std::vector<contact_error> errors;
    // There was more: reading stopped at the first number above the limit, or at the last error
    // that is told.
    bool is_cut = false;
};

// Errors of one list that are told.
inline constexpr std::size_t most_contact_errors = 100;

// `text` as country code and digits, for an account of `country_code` (digits; empty: digits stay
// as they are). For "91", `8000374123`, `08000374123`, `918000374123`, `+91 80003 74123` and
// `0091…` are one, and `442079460958`, which is too long for a number of India, stays as it is.
// What is written with the country code, digits only, is read as itself again, unless a number of
// the account's own country could be written so. Blanks of all kinds, invisible characters, dashes,
// `.`, `(`, `)` inside are dropped, digits of full width are digits. Nothing when it is not a
// number of 6 to 15 digits, or `is_decimal_text`.
[[nodiscard]] std::optional<std::string> normalise_number(std::string_view text,
                                                          std::string_view country_code);

// Whether this is a whole number with a fraction of zeros ("9879964805.0", as spreadsheets write
// it), blanks and dashes aside. It is no telephone number: with its zeros it would be another
// person's. A caller to whom a contact may also be something else than a number asks this first.
[[nodiscard]] bool is_decimal_text(std::string_view text);

// Splits each value by comma, semicolon and line end, and normalises. Empty parts are skipped; no
// numbers and no errors means that there was nothing. Stops behind `most` numbers, with one more
// than that.
[[nodiscard]] contact_list parse_contact_numbers(std::span<std::string const> values,
                                                 std::string_view country_code, std::size_t most);

} // namespace sluice::codecs
