#include "codecs/media_type.hpp"

#include "codecs/media_type_parser.hpp"
#include "codecs/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::codecs {

namespace {

bool is_utf8_charset(std::string_view charset) noexcept {
    return charset.empty() || charset == "utf-8" || charset == "utf8" || charset == "us-ascii";
}

// One member of an Accept field.
struct media_range {
    std::string_view type;
    std::string_view subtype;
    int quality_thousandths = 1000;
};

// How exactly a range names a type: 0 not at all, 1 `*/*`, 2 `type/*`, 3 both.
int match(media_range const& range, std::string_view offer) {
    auto const slash = offer.find('/');
    auto const type = offer.substr(0, slash);
    auto const subtype = offer.substr(slash + 1);
    if (range.type == "*") return range.subtype == "*" ? 1 : 0;
    if (!equal_ignoring_case(range.type, type)) return 0;
    if (range.subtype == "*") return 2;
    return equal_ignoring_case(range.subtype, subtype) ? 3 : 0;
}

// A weight (RFC 9110 section 12.4.2): 0 to 1 with up to three digits after the point.
std::optional<int> parse_weight(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    int weight = (text[0] - '0') * 1000;
    int unit = 100;
    for (char const c : text.substr(std::min<std::size_t>(text.size(), 2))) {
        if (c < '0' || c > '9') return std::nullopt;
        weight += (c - '0') * unit;
        unit /= 10;
    }
    return weight > 1000 ? std::nullopt : std::optional(weight);
}

// The ranges of the field, or nothing when it cannot be parsed.
std::optional<std::vector<media_range>> parse_accept(std::string_view accept) {
    std::vector<media_range> ranges;
    media_type_parser parser(accept);
    while (true) {
        // Empty members of a list are skipped (RFC 9110 section 5.6.1).
        while (parser.take(',')) {
        }
        if (parser.is_at_end()) return ranges;
        media_range range;
        if (!parser.take_type(range.type, range.subtype)) return std::nullopt;
        std::string_view name;
        std::string value;
        while (parser.take(';')) {
            if (!parser.take_parameter(name, value)) return std::nullopt;
            if (!equal_ignoring_case(name, "q")) continue;
            auto const weight = parse_weight(value);
            if (!weight) return std::nullopt;
            range.quality_thousandths = *weight;
        }
        ranges.push_back(range);
        if (!parser.is_at_end() && !parser.take(',')) return std::nullopt;
    }
}

// How well an offer is liked; compares member by member, more is better.
struct liking {
    int quality_thousandths = 0;
    int exactness = 0;
    // Negative, so that earlier in the field is more.
    std::ptrdiff_t place = 0;

    auto operator<=>(liking const&) const = default;
};

// The most exact range that names the offer decides about it.
liking like(std::vector<media_range> const& ranges, std::string_view offer) {
    liking best;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        auto const exactness = match(ranges[i], offer);
        if (exactness > best.exactness) {
            best = {ranges[i].quality_thousandths, exactness, -static_cast<std::ptrdiff_t>(i)};
        }
    }
    return best;
}

} // namespace

std::string media_type::charset() const {
    for (auto const& [name, value] : parameters) {
        if (name == "charset") return to_lower(value);
    }
    return {};
}

result<media_type> parse_media_type(std::string_view text) {
    media_type_parser parser(text);
    auto const fail = [&](std::string detail) {
        return error_at(errc::syntax, text, parser.offset(), std::move(detail));
    };
    std::string_view type;
    std::string_view subtype;
    if (!parser.take_type(type, subtype)) return fail("expected a media type such as a/b");
    media_type parsed;
    parsed.type = to_lower(type);
    parsed.subtype = to_lower(subtype);
    parsed.kind = classify_media_type(parsed.type, parsed.subtype);
    while (parser.take(';')) {
        // `text/plain;` and `a/b;;c=d` are allowed (RFC 9110 section 5.6.6).
        if (parser.is_at_end() || parser.is_at(';')) continue;
        std::string_view name;
        std::string value;
        if (!parser.take_parameter(name, value)) return fail("expected a parameter: name=value");
        auto lower_name = to_lower(name);
        for (auto const& [known, ignored] : parsed.parameters) {
            if (known == lower_name) return fail("this parameter stands twice");
        }
        parsed.parameters.emplace_back(std::move(lower_name), std::move(value));
    }
    if (!parser.is_at_end()) return fail("expected ; or the end of the media type");
    return parsed;
}

media_kind classify_media_type(std::string_view type, std::string_view subtype) noexcept {
    if (subtype.ends_with("+json")) return media_kind::json;
    if (subtype.ends_with("+xml")) return media_kind::xml;
    if (type == "application") {
        if (subtype == "json") return media_kind::json;
        if (subtype == "xml") return media_kind::xml;
        if (subtype == "x-www-form-urlencoded") return media_kind::form;
    }
    if (type == "text") {
        if (subtype == "xml") return media_kind::xml;
        if (subtype == "json") return media_kind::json;
        if (subtype == "csv") return media_kind::csv;
        return media_kind::text;
    }
    return media_kind::other;
}

result<media_kind> body_kind(std::string_view content_type) {
    if (content_type.empty()) return media_kind::none;
    // What nearly every call says needs no parsing.
    if (content_type == "application/json") return media_kind::json;
    auto const parsed = parse_media_type(content_type);
    if (!parsed) return parsed.error();
    if (parsed->kind == media_kind::xml || parsed->kind == media_kind::other) return parsed->kind;
    if (auto const charset = parsed->charset(); !is_utf8_charset(charset)) {
        return decode_error{errc::unsupported_charset,
                            fmt::format("the character set {} is not supported; expected UTF-8",
                                        quoted_excerpt(charset))};
    }
    return parsed->kind;
}

std::optional<std::size_t> negotiate_media_type(std::optional<std::string_view> accept,
                                                std::span<std::string_view const> offers) {
    if (offers.empty()) return std::nullopt;
    if (!accept) return 0;
    auto const ranges = parse_accept(*accept);
    if (!ranges || ranges->empty()) return 0;
    std::optional<std::size_t> chosen;
    liking best;
    for (std::size_t i = 0; i < offers.size(); ++i) {
        auto const likes = like(*ranges, offers[i]);
        if (likes.quality_thousandths > 0 && (!chosen || likes > best)) {
            chosen = i;
            best = likes;
        }
    }
    return chosen;
}

result<reply_format> choose_reply_format(std::optional<std::string_view> accept, media_kind request,
                                         csv_offer csv) {
    static constexpr reply_format json{media_kind::json, "application/json"};
    static constexpr reply_format xml{media_kind::xml, "application/xml"};
    static constexpr reply_format text_xml{media_kind::xml, "text/xml"};
    static constexpr reply_format comma_separated{media_kind::csv, "text/csv"};
    static constexpr std::array json_first{json, xml, text_xml, comma_separated};
    static constexpr std::array xml_first{xml, text_xml, json, comma_separated};

    auto const& formats = request == media_kind::xml ? xml_first : json_first;
    std::array<std::string_view, json_first.size()> types;
    std::transform(formats.begin(), formats.end(), types.begin(),
                   [](reply_format const& format) { return format.content_type; });
    auto const count = csv == csv_offer::yes ? types.size() : types.size() - 1;
    auto const chosen = negotiate_media_type(accept, std::span(types).first(count));
    if (chosen) return formats[*chosen];
    return decode_error{
        errc::not_acceptable,
        csv == csv_offer::yes
            ? "this can be answered as application/json, application/xml, text/xml or text/csv"
            : "this can be answered as application/json, application/xml or text/xml"};
}

} // namespace sluice::codecs
