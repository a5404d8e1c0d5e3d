#include "codecs/contact_numbers.hpp"

#include "codecs/error.hpp"
#include "codecs/text.hpp"
#include "codecs/unicode.hpp"
#include "codecs/utf8.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_set>

namespace sluice::codecs {

namespace {

constexpr std::size_t min_digits = 6;
constexpr std::size_t max_digits = 15;
// Italy's numbers begin with a 0 that is dialled from abroad too.
constexpr std::string_view keeps_leading_zero = "39";
constexpr auto decimal_detail = " is a decimal number: its zeros would be dialled";

// How many digits mobile and geographic numbers have after the country code.
struct national_length {
    std::string_view country_code;
    std::size_t min_digits;
    std::size_t max_digits;
};

// The shortest tell a national number that happens to begin like the country code (9198765432 in
// India) from one that has the code; the longest tell one with another country's code.
constexpr std::array national_lengths{
    national_length{"1", 10, 10},  national_length{"7", 10, 10},  national_length{"20", 9, 10},
    national_length{"27", 9, 9},   national_length{"33", 9, 9},   national_length{"34", 9, 9},
    national_length{"39", 9, 11},  national_length{"44", 9, 10},  national_length{"49", 9, 12},
    national_length{"55", 10, 11}, national_length{"60", 8, 10},  national_length{"61", 9, 9},
    national_length{"62", 9, 12},  national_length{"63", 9, 10},  national_length{"65", 8, 8},
    national_length{"66", 8, 9},   national_length{"81", 9, 10},  national_length{"84", 9, 10},
    national_length{"86", 10, 11}, national_length{"90", 10, 10}, national_length{"91", 10, 10},
    national_length{"92", 9, 10},  national_length{"94", 9, 9},   national_length{"95", 7, 10},
    national_length{"971", 8, 9},  national_length{"966", 8, 9},  national_length{"880", 8, 10},
    national_length{"977", 8, 10}, national_length{"254", 9, 10}, national_length{"234", 8, 10},
};
// Of other countries: nothing but + or 00 tells another country's code there.
constexpr national_length other_countries{"", 8, max_digits};

national_length const& lengths_in(std::string_view country_code) noexcept {
    auto const* const found =
        std::find_if(national_lengths.begin(), national_lengths.end(),
                     [&](auto const& entry) { return entry.country_code == country_code; });
    return found == national_lengths.end() ? other_countries : *found;
}

struct dialled_digits {
    std::string digits;
    bool is_international = false;
};

// The number as it is meant: without blanks and invisible characters, digits and plus of full
// width as usual ones, every dash as a hyphen. What is none of these stays.
std::string visible_text(std::string_view text) {
    std::string visible;
    while (!text.empty()) {
        auto const length = std::max<std::size_t>(utf8_sequence_length(text), 1);
        auto const c = utf8_code_point(text);
        if (c >= 0xFF10 && c <= 0xFF19) {
            visible.push_back(static_cast<char>('0' + (c - 0xFF10)));
        } else if (c == 0xFF0B) {
            visible.push_back('+');
        } else if (is_dash(c)) {
            visible.push_back('-');
        } else if (!is_unicode_blank(c) && !is_invisible(c)) {
            visible.append(text.substr(0, length));
        }
        text.remove_prefix(length);
    }
    return visible;
}

bool is_decimal(std::string_view visible) {
    std::string digits;
    std::ranges::copy_if(visible, std::back_inserter(digits), [](char c) { return c != '-'; });
    std::string_view rest = digits;
    if (rest.starts_with('+')) rest.remove_prefix(1);
    auto const dot = rest.find('.');
    if (dot == rest.npos || dot == 0 || dot + 1 == rest.size()) return false;
    return rest.substr(0, dot).find_first_not_of("0123456789") == rest.npos &&
           rest.substr(dot + 1).find_first_not_of('0') == rest.npos;
}

// The digits of a number without blanks; nothing when it has characters that numbers do not have.
std::optional<dialled_digits> read_digits(std::string_view visible) {
    static constexpr std::string_view separators = "-.()";
    dialled_digits dialled;
    for (char const c : visible) {
        if (is_digit(c)) {
            dialled.digits.push_back(c);
        } else if (c == '+' && dialled.digits.empty() && !dialled.is_international) {
            dialled.is_international = true;
        } else if (separators.find(c) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    if (!dialled.is_international && dialled.digits.starts_with("00")) {
        dialled.digits.erase(0, 2);
        dialled.is_international = true;
    }
    return dialled;
}

// `+91 (0)80003 74123`: the zero of the national form does not belong behind the country code.
void drop_trunk_zero(std::string& digits, std::string_view country_code) {
    if (country_code.empty() || country_code == keeps_leading_zero) return;
    bool const has_zero =
        digits.starts_with(country_code) && digits.substr(country_code.size()).starts_with('0');
    if (has_zero) digits.erase(country_code.size(), 1);
}

bool has_country_code(std::string_view digits, std::string_view country_code) noexcept {
    return digits.starts_with(country_code) &&
           digits.size() >= country_code.size() + lengths_in(country_code).min_digits;
}

// The numbers of one list, each once.
class list_reader {
  public:
    list_reader(std::string_view country_code, std::size_t most)
        : country_code_(country_code)
        , most_(most) {}

    // False: nothing more is to be read.
    bool take(std::string_view value) {
        while (!value.empty()) {
            auto const end = std::min(value.find_first_of(",;\r\n"), value.size());
            auto const entry = trim(value.substr(0, end));
            if (!visible_text(entry).empty() && !take_entry(entry)) return false;
            value.remove_prefix(std::min(end + 1, value.size()));
        }
        return true;
    }

    contact_list result() && { return std::move(list_); }

  private:
    bool take_entry(std::string_view entry) {
        auto const index = index_++;
        if (auto number = normalise_number(entry, country_code_)) {
            if (known_.insert(*number).second) list_.numbers.push_back(*std::move(number));
        } else {
            list_.errors.push_back(
                {index, std::string(entry.substr(0, 64)),
                 quoted_excerpt(entry) + (is_decimal_text(entry)
                                              ? decimal_detail
                                              : " is not a telephone number of 6 to 15 digits")});
        }
        list_.is_cut = list_.numbers.size() > most_ || list_.errors.size() >= most_contact_errors;
        return !list_.is_cut;
    }

    std::string_view country_code_;
    std::size_t most_;
    std::size_t index_ = 0;
    std::unordered_set<std::string> known_;
    contact_list list_;
};

} // namespace

bool is_decimal_text(std::string_view text) {
    return text.find('.') != text.npos && is_decimal(visible_text(text));
}

std::optional<std::string> normalise_number(std::string_view text, std::string_view country_code) {
    auto const visible = visible_text(text);
    if (is_decimal(visible)) return std::nullopt;
    auto dialled = read_digits(visible);
    if (!dialled) return std::nullopt;
    auto& digits = dialled->digits;
    if (dialled->is_international || country_code.empty()) {
        drop_trunk_zero(digits, country_code);
    } else if (has_country_code(digits, country_code)) {
        drop_trunk_zero(digits, country_code);
    } else {
        bool const has_trunk_zero = digits.starts_with('0') && country_code != keeps_leading_zero;
        if (has_trunk_zero) digits.erase(0, 1);
        // A zero may stand before the country code too: 0918000374123. Without one, more digits
        // than a number of the country has begin with another country's code.
        bool const is_complete = has_trunk_zero
                                     ? has_country_code(digits, country_code)
                                     : digits.size() > lengths_in(country_code).max_digits;
        if (!is_complete) digits.insert(0, country_code);
    }
    if (digits.size() < min_digits || digits.size() > max_digits) return std::nullopt;
    return std::move(digits);
}

contact_list parse_contact_numbers(std::span<std::string const> values,
                                   std::string_view country_code, std::size_t most) {
    list_reader reader(country_code, most);
    for (auto const& value : values) {
        if (!reader.take(value)) break;
    }
    return std::move(reader).result();
}

} // namespace sluice::codecs
