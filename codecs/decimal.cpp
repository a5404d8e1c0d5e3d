#include "codecs/decimal.hpp"

#include "codecs/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sluice::codecs {

namespace {

struct integer {
    bool is_negative = false;
    // Without leading zeros; empty for zero.
    std::string_view digits;
};

std::optional<integer> read_integer(std::string_view text) noexcept {
    integer number;
    if (text.starts_with('-')) {
        number.is_negative = true;
        text.remove_prefix(1);
    }
    if (text.empty() || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
    number.digits = text;
    if (text.empty()) number.is_negative = false;
    return number;
}

std::strong_ordering compare_integers(integer const& a, integer const& b) noexcept {
    if (a.is_negative != b.is_negative) {
        return a.is_negative ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    auto const& left = a.is_negative ? b : a;
    auto const& right = a.is_negative ? a : b;
    if (left.digits.size() != right.digits.size())
        return left.digits.size() <=> right.digits.size();
    return left.digits <=> right.digits;
}

std::optional<double> read_double(std::string_view text) noexcept {
    // from_chars also takes "inf" and "nan", which are no numbers here.
    if (text.find_first_not_of("0123456789+-.eE") != text.npos) return std::nullopt;
    double number = 0;
    auto const* const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end || !std::isfinite(number)) return std::nullopt;
    return number;
}

} // namespace

std::optional<std::strong_ordering> compare_numbers(std::string_view a,
                                                    std::string_view b) noexcept {
    a = trim(a);
    b = trim(b);
    auto const left_integer = read_integer(a);
    auto const right_integer = read_integer(b);
    if (left_integer && right_integer) return compare_integers(*left_integer, *right_integer);
    auto const left = read_double(a);
    auto const right = read_double(b);
    if (!left || !right) return std::nullopt;
    if (*left < *right) return std::strong_ordering::less;
    return *left > *right ? std::strong_ordering::greater : std::strong_ordering::equal;
}

} // namespace sluice::codecs
