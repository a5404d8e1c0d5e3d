#include "codecs/xml_scan.hpp"

#include "codecs/text.hpp"
#include "codecs/utf8.hpp"
#include "codecs/xml_encoding.hpp"
#include "codecs/xml_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

namespace sluice::codecs {

namespace {

// One pass over one document. Every step returns an error or nothing, and moves `at_` on.
class xml_scanner {
  public:
    using failure = std::optional<decode_error>;

    xml_scanner(std::string_view text, xml_limits const& limits, xml_reading const& reading)
        : text_(text)
        , limits_(limits)
        , is_tolerant_(reading.is_tolerant)
        , is_labelled_(!reading.charset.empty()) {}

    xml_findings take_findings() { return std::move(findings_); }

    failure run() {
        if (auto failed = check_characters()) return failed;
        if (auto failed = scan_declaration()) return failed;
        while (true) {
            if (open_.empty()) skip_white_space();
            if (at_ >= text_.size()) break;
            if (auto failed = text_[at_] == '<' ? scan_markup() : scan_text()) return failed;
        }
        if (!open_.empty()) {
            return incomplete(fmt::format("expected </{}>", clip(open_.back())));
        }
        if (!has_root_) return incomplete("expected an element");
        return std::nullopt;
    }

  private:
    failure fail(errc code, std::string detail) const {
        return error_at(code, text_, at_, std::move(detail));
    }

    failure incomplete(std::string_view expected) const {
        return error_at(errc::incomplete, text_, text_.size(),
                        fmt::format("the document ends here; {}", expected));
    }

    static std::string_view clip(std::string_view name) { return name.substr(0, 64); }

    [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
    [[nodiscard]] bool is_at(char c) const { return at_ < text_.size() && text_[at_] == c; }

    bool skip_white_space() {
        auto const start = at_;
        at_ = std::min(text_.find_first_not_of(white_space, at_), text_.size());
        return at_ != start;
    }

    std::string_view take_name() {
        auto const name = rest().substr(0, xml_name_length(rest()));
        at_ += name.size();
        return name;
    }

    failure check_characters() {
        while (at_ < text_.size()) {
            auto const byte = static_cast<unsigned char>(text_[at_]);
            if (byte >= 0x20 && byte < 0x80) {
                ++at_;
                continue;
            }
            auto const length = utf8_sequence_length(rest());
            if (length == 0) return fail(errc::invalid_encoding, "this is not valid UTF-8");
            auto const character = utf8_code_point(rest());
            if (!is_xml_character(character)) {
                return fail(
                    errc::forbidden_character,
                    fmt::format("XML has no character U+{:04X}", static_cast<unsigned>(character)));
            }
            at_ += length;
        }
        at_ = 0;
        return std::nullopt;
    }

    failure scan_markup() {
        auto const here = rest();
        if (here.starts_with("<!--")) return scan_comment();
        if (here.starts_with("<![CDATA[")) return scan_cdata();
        if (here.starts_with("<!")) return scan_other_declaration();
        if (here.starts_with("<?")) return scan_instruction();
        if (here.starts_with("</")) return scan_end_tag();
        return scan_start_tag();
    }

    // <?xml version="1.0" encoding="UTF-8" standalone="yes"?> (section 2.8), only at the very
    // start.
    failure scan_declaration() {
        if (!text_.starts_with("<?xml") || xml_name_length(text_.substr(2)) != 3) return {};
        at_ = 5;
        static constexpr std::array<std::string_view, 3> keys{"version", "encoding", "standalone"};
        std::size_t next_key = 0;
        while (true) {
            bool const is_apart = skip_white_space();
            if (rest().starts_with("?>")) break;
            auto const key = take_name();
            auto const found =
                std::find(keys.begin() + static_cast<std::ptrdiff_t>(next_key), keys.end(), key);
            if (!is_apart || key.empty() || found == keys.end()) {
                return fail(errc::syntax, "expected version, encoding, standalone or ?> in the XML "
                                          "declaration, in this order");
            }
            if (next_key == 0 && key != "version") {
                return fail(errc::syntax, "the XML declaration begins with version");
            }
            next_key = static_cast<std::size_t>(found - keys.begin()) + 1;
            std::string_view value;
            if (auto failed = take_attribute_value(value)) return failed;
            if (auto failed = check_declared(key, value)) return failed;
        }
        if (next_key == 0) return fail(errc::syntax, "the XML declaration has no version");
        at_ += 2;
        return std::nullopt;
    }

    failure check_declared(std::string_view key, std::string_view value) const {
        if (key == "version") {
            bool const is_known =
                value.size() > 2 && value.starts_with("1.") &&
                value.find_first_not_of("0123456789", 2) == std::string_view::npos;
            if (!is_known) return fail(errc::syntax, "expected XML version 1.0");
        } else if (key == "encoding") {
            if (!is_labelled_ && !is_xml_encoding_supported(value)) {
                return fail(errc::unsupported_charset,
                            fmt::format("the encoding {} is not supported; expected UTF-8",
                                        quoted_excerpt(value)));
            }
        } else if (value != "yes" && value != "no") {
            return fail(errc::syntax, "expected yes or no for standalone");
        }
        return std::nullopt;
    }

    failure scan_comment() {
        auto const end = text_.find("--", at_ + 4);
        if (end == std::string_view::npos) return incomplete("expected -->");
        at_ = end;
        if (!rest().starts_with("-->")) return fail(errc::syntax, "-- cannot stand in a comment");
        at_ += 3;
        return std::nullopt;
    }

    failure scan_cdata() {
        if (open_.empty()) return fail(errc::syntax, "a CDATA section outside the root element");
        auto const end = text_.find("]]>", at_);
        if (end == std::string_view::npos) return incomplete("expected ]]>");
        at_ = end + 3;
        return std::nullopt;
    }

    failure scan_other_declaration() {
        static constexpr std::string_view doctype = "<!doctype";
        bool const is_doctype = equal_ignoring_case(rest().substr(0, doctype.size()), doctype);
        if (is_doctype && is_tolerant_) return skip_doctype();
        if (is_doctype) return fail(errc::doctype, "document type declarations are refused");
        return fail(errc::syntax, "expected an element, a comment or a CDATA section");
    }

    // Only what names a type; an internal subset could declare entities.
    failure skip_doctype() {
        if (has_root_ || findings_.doctype_end > 0) {
            return fail(errc::doctype, "a DOCTYPE can only stand once, before the root element");
        }
        auto const begin = at_;
        while (true) {
            at_ = std::min(text_.find_first_of("\"'[<>", at_ + 1), text_.size());
            if (at_ >= text_.size()) return incomplete("expected > behind <!DOCTYPE");
            if (is_at('>')) break;
            if (is_at('[')) return fail(errc::doctype, "a DOCTYPE with entities is refused");
            if (is_at('<')) return fail(errc::syntax, "expected > behind <!DOCTYPE");
            at_ = text_.find(text_[at_], at_ + 1);
            if (at_ >= text_.size()) return incomplete("expected a closing quote");
        }
        findings_.doctype_begin = begin;
        findings_.doctype_end = ++at_;
        return std::nullopt;
    }

    failure scan_instruction() {
        auto const start = at_;
        at_ += 2;
        auto const target = take_name();
        if (target.empty()) return fail(errc::syntax, "expected the name of an instruction");
        if (equal_ignoring_case(target, "xml")) {
            at_ = start;
            return fail(errc::syntax, "an XML declaration can only stand at the very start");
        }
        if (!rest().starts_with("?>") && !skip_white_space()) {
            return fail(errc::syntax, "expected white space or ?> after an instruction's name");
        }
        auto const end = text_.find("?>", at_);
        if (end == std::string_view::npos) return incomplete("expected ?>");
        at_ = end + 2;
        return std::nullopt;
    }

    failure scan_end_tag() {
        auto const start = at_;
        at_ += 2;
        auto const name = take_name();
        if (open_.empty() || open_.back() != name) {
            at_ = start;
            if (open_.empty()) return fail(errc::syntax, "this end tag has no start tag");
            return fail(errc::syntax, fmt::format("expected </{}>", clip(open_.back())));
        }
        skip_white_space();
        if (at_ >= text_.size()) return incomplete("expected >");
        if (!is_at('>')) return fail(errc::syntax, "expected > after the name of an end tag");
        ++at_;
        open_.pop_back();
        return std::nullopt;
    }

    failure scan_start_tag() {
        if (open_.empty() && has_root_) {
            return fail(errc::syntax, "a document has one root element only");
        }
        if (open_.size() >= limits_.depth) {
            return fail(errc::too_deep, fmt::format("more than {} levels", limits_.depth));
        }
        if (elements_++ >= limits_.elements) {
            return fail(errc::too_many, fmt::format("more than {} elements", limits_.elements));
        }
        ++at_;
        auto const name = take_name();
        if (name.empty()) return fail(errc::syntax, "expected the name of an element after <");
        has_root_ = true;
        open_.push_back(name);
        attribute_names_.clear();
        while (true) {
            bool const is_apart = skip_white_space();
            if (at_ >= text_.size()) return incomplete("expected >");
            if (is_at('>')) {
                ++at_;
                return check_attribute_names();
            }
            if (rest().starts_with("/>")) {
                at_ += 2;
                open_.pop_back();
                return check_attribute_names();
            }
            if (auto failed = scan_attribute(is_apart)) return failed;
        }
    }

    failure scan_attribute(bool is_apart) {
        auto const name = take_name();
        if (name.empty() || !is_apart) {
            return fail(errc::syntax, "expected >, /> or white space and an attribute");
        }
        if (attributes_++ >= limits_.attributes) {
            return fail(errc::too_many, fmt::format("more than {} attributes", limits_.attributes));
        }
        attribute_names_.push_back(name);
        std::string_view value;
        return take_attribute_value(value);
    }

    failure take_attribute_value(std::string_view& value) {
        skip_white_space();
        if (!is_at('=')) return fail(errc::syntax, "expected = after the name of an attribute");
        ++at_;
        skip_white_space();
        if (!is_at('"') && !is_at('\'')) {
            return fail(errc::syntax, "expected a value in quotes after =");
        }
        auto const close = text_.find(text_[at_], at_ + 1);
        if (close == std::string_view::npos) return incomplete("expected a closing quote");
        value = text_.substr(at_ + 1, close - at_ - 1);
        if (auto const less = value.find('<'); less != std::string_view::npos) {
            at_ += 1 + less;
            return fail(errc::syntax, "< cannot stand in the value of an attribute");
        }
        if (auto failed = check_references(at_ + 1, close)) return failed;
        at_ = close + 1;
        return std::nullopt;
    }

    failure check_attribute_names() {
        std::sort(attribute_names_.begin(), attribute_names_.end());
        auto const twin = std::adjacent_find(attribute_names_.begin(), attribute_names_.end());
        if (twin == attribute_names_.end()) return std::nullopt;
        if (is_tolerant_) {
            findings_.has_repeated_attributes = true;
            return std::nullopt;
        }
        return fail(errc::duplicate_name,
                    fmt::format("the attribute {} stands twice", quoted_excerpt(*twin)));
    }

    failure scan_text() {
        if (open_.empty()) return fail(errc::syntax, "text outside the root element");
        auto const end = std::min(text_.find('<', at_), text_.size());
        auto const bracket = text_.substr(0, end).find("]]>", at_);
        if (bracket != std::string_view::npos) {
            at_ = bracket;
            return fail(errc::syntax, "]]> cannot stand in text");
        }
        if (auto failed = check_references(at_, end)) return failed;
        at_ = end;
        return std::nullopt;
    }

    failure check_references(std::size_t begin, std::size_t end) {
        auto const part = text_.substr(0, end);
        for (auto i = part.find('&', begin); i != part.npos; i = part.find('&', i + 1)) {
            auto const semicolon = part.find(';', i);
            if (semicolon == part.npos || !is_reference(part.substr(i + 1, semicolon - i - 1))) {
                if (is_tolerant_) {
                    findings_.bare_ampersands.push_back(i);
                    continue;
                }
                return error_at(errc::syntax, text_, i,
                                "expected &amp; &lt; &gt; &quot; &apos; or a reference to a "
                                "character that XML has");
            }
        }
        return std::nullopt;
    }

    static bool is_reference(std::string_view name) {
        static constexpr std::array<std::string_view, 5> known{"amp", "lt", "gt", "quot", "apos"};
        if (!name.starts_with('#')) {
            return std::find(known.begin(), known.end(), name) != known.end();
        }
        bool const is_hexadecimal = name.starts_with("#x");
        auto const digits = name.substr(is_hexadecimal ? 2 : 1);
        unsigned value = 0;
        auto const* const last = digits.data() + digits.size();
        auto const read = std::from_chars(digits.data(), last, value, is_hexadecimal ? 16 : 10);
        return read.ec == std::errc{} && read.ptr == last && is_xml_character(value);
    }

    std::string_view text_;
    xml_limits limits_;
    bool is_tolerant_;
    bool is_labelled_; // decoded by something else than its declaration
    xml_findings findings_;
    std::size_t at_ = 0;
    bool has_root_ = false;
    std::size_t elements_ = 0;
    std::size_t attributes_ = 0;
    std::vector<std::string_view> open_;
    std::vector<std::string_view> attribute_names_;
};

} // namespace

result<void> check_xml(std::string_view text, xml_limits const& limits) {
    auto const scanned = scan_xml(text, limits, {});
    if (!scanned) return scanned.error();
    return {};
}

result<xml_findings> scan_xml(std::string_view text, xml_limits const& limits,
                              xml_reading const& reading) {
    if (text.size() > limits.size) {
        return decode_error{errc::too_large, fmt::format("more than {} bytes of XML", limits.size)};
    }
    xml_scanner scanner(text, limits, reading);
    if (auto failed = scanner.run()) return *std::move(failed);
    return scanner.take_findings();
}

} // namespace sluice::codecs
