#include "codecs/json.hpp"

#include "codecs/json_handler.hpp"
#include "codecs/percent.hpp"
#include "codecs/text.hpp"
#include "codecs/utf8.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <fmt/format.h>

#include <cmath>
#include <optional>

namespace sluice::codecs {

namespace {

// What the grammar wants at a place, judged by what stands before it.
std::string_view expectation(std::string_view before, std::string const& open) {
    auto const last = before.find_last_not_of(white_space);
    if (last == std::string_view::npos) return "a value";
    switch (before[last]) {
    case '{':
        return "a name in double quotes, or }";
    case '[':
        return "a value, or ]";
    case ':':
        return "a value";
    case ',':
        return !open.empty() && open.back() == '{' ? "a name in double quotes" : "a value";
    default:
        break;
    }
    if (open.empty()) return "nothing more after the value";
    return open.back() == '{' ? "a colon after a name, or a comma or } after a value"
                              : "a comma or ] after a value";
}

decode_error syntax_error(std::string_view text, std::size_t offset, std::string const& open) {
    if (auto const bad = find_invalid_utf8(text); bad && *bad <= offset + 3) {
        return error_at(errc::invalid_encoding, text, *bad, "this is not valid UTF-8");
    }
    if (offset >= text.size()) {
        return error_at(errc::incomplete, text, text.size(),
                        fmt::format("the text ends here; expected {}", expectation(text, open)));
    }
    if (static_cast<unsigned char>(text[offset]) < 0x20) {
        return error_at(errc::syntax, text, offset,
                        "a control character must be escaped, and can only stand in a string");
    }
    auto const length = std::max<std::size_t>(utf8_sequence_length(text.substr(offset)), 1);
    return error_at(errc::syntax, text, offset,
                    fmt::format("unexpected {}; expected {}",
                                quoted_excerpt(text.substr(offset, length)),
                                expectation(text.substr(0, offset), open)));
}

decode_error duplicate_error(std::string_view text, std::size_t offset, std::string_view name) {
    std::less_equal<> const not_after;
    if (not_after(text.data(), name.data()) && not_after(name.data(), text.data() + text.size())) {
        offset = static_cast<std::size_t>(name.data() - text.data());
    }
    return error_at(errc::duplicate_name, text, offset,
                    fmt::format("the name {} stands twice in one object", quoted_excerpt(name)));
}

// The 16 bits of an escape such as \ud83d that begins at `at`, or nothing.
std::optional<unsigned> escaped_unit(std::string_view text, std::size_t at) {
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
    unsigned unit = 0;
    for (char const c : text.substr(at + 2, 4)) {
        int const digit = hex_digit_value(c);
        if (digit < 0) return std::nullopt;
        unit = unit * 16 + static_cast<unsigned>(digit);
    }
    return unit;
}

// Where the first escape stands, up to `end`, that is half of a pair. In front of an error
// backslashes stand in strings only.
std::optional<std::size_t> find_lone_surrogate(std::string_view text, std::size_t end) {
    for (std::size_t at = 0; at < text.size() && at <= end;) {
        if (text[at] != '\\') {
            ++at;
            continue;
        }
        auto const unit = escaped_unit(text, at);
        bool const is_high = unit && *unit >= 0xD800 && *unit <= 0xDBFF;
        bool const is_low = unit && *unit >= 0xDC00 && *unit <= 0xDFFF;
        auto const next = is_high ? escaped_unit(text, at + 6) : std::nullopt;
        bool const is_pair = next && *next >= 0xDC00 && *next <= 0xDFFF;
        if (is_low || (is_high && !is_pair)) return at;
        at += is_high ? 12 : 2;
    }
    return std::nullopt;
}

decode_error parser_error(boost::system::error_code ec, std::string_view text, std::size_t offset,
                          json_handler const& handler, json_limits const& limits) {
    using json_error = boost::json::error;
    if (ec == errc::duplicate_name) return duplicate_error(text, offset, handler.duplicate());
    if (ec == errc::too_many) {
        return error_at(errc::too_many, text, offset,
                        fmt::format("more than {} values and names", limits.nodes));
    }
    if (ec == errc::number_out_of_range || ec == json_error::exponent_overflow) {
        // The parser stops behind the number; the place to name is where it begins.
        auto const before = text.substr(0, offset).find_last_not_of("0123456789+-.eE");
        return error_at(errc::number_out_of_range, text, before == text.npos ? 0 : before + 1,
                        "this number is not finite");
    }
    if (ec == json_error::too_deep) {
        return error_at(errc::too_deep, text, offset,
                        fmt::format("more than {} levels of nesting", limits.depth));
    }
    if (auto const lone = find_lone_surrogate(text, offset)) {
        return error_at(errc::syntax, text, *lone,
                        fmt::format("{} is half of a surrogate pair: in an escape both must stand, "
                                    "the high one before the low one",
                                    text.substr(*lone, 6)));
    }
    if (ec == json_error::expected_hex_digit) {
        return error_at(errc::syntax, text, offset, "expected four hexadecimal digits after \\u");
    }
    return syntax_error(text, offset, handler.open());
}

// Yields whether names stand twice, which only a tolerant reader takes.
result<bool> run_parser(std::string_view text, json_limits const& limits,
                        boost::json::value_stack* stack, bool is_tolerant = false) {
    if (text.size() > limits.size) {
        return decode_error{errc::too_large,
                            fmt::format("more than {} bytes of JSON", limits.size)};
    }
    text = without_mark(text);
    boost::json::parse_options options;
    options.max_depth = limits.depth;
    boost::json::basic_parser<json_handler> parser(options, text, limits.nodes, stack, is_tolerant);
    boost::system::error_code ec;
    auto const consumed = parser.write_some(false, text.data(), text.size(), ec);
    if (ec) return parser_error(ec, text, consumed, parser.handler(), limits);
    if (consumed < text.size()) return syntax_error(text, consumed, {});
    return parser.handler().has_repeats();
}

} // namespace

result<void> check_json(std::string_view text, json_limits const& limits) {
    auto const checked = run_parser(text, limits, nullptr);
    if (!checked) return checked.error();
    return {};
}

result<bool> check_json_tolerantly(std::string_view text, json_limits const& limits) {
    return run_parser(text, limits, nullptr, true);
}

result<boost::json::value> parse_json(std::string_view text, json_limits const& limits) {
    unsigned char scratch[2048];
    boost::json::value_stack stack({}, scratch, sizeof scratch);
    stack.reset(boost::json::make_shared_resource<boost::json::monotonic_resource>());
    if (auto const checked = run_parser(text, limits, &stack); !checked) return checked.error();
    return stack.release();
}

bool is_json_number(std::string_view text) {
    if (text.empty() || (text.front() != '-' && (text.front() < '0' || text.front() > '9'))) {
        return false;
    }
    // The grammar lets white space follow a value; a number alone ends with a digit.
    if (text.back() < '0' || text.back() > '9') return false;
    return check_json(text).has_value();
}

} // namespace sluice::codecs
