#include "codecs/xml.hpp"

#include "codecs/xml_encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

namespace sluice::codecs {

namespace {

// White space survives only where it is all that an element holds, so that a value of blanks is
// kept and indentation is not.
constexpr unsigned parse_flags = pugi::parse_default | pugi::parse_ws_pcdata_single;
// The same where CDATA, comments or instructions may split one text into several nodes: all white
// space is read, with the comments and instructions that part texts, and tidy_texts takes away what
// nobody means.
constexpr unsigned split_text_flags =
    pugi::parse_default | pugi::parse_ws_pcdata | pugi::parse_comments | pugi::parse_pi;

// May say yes for nothing: it also finds what stands in CDATA.
bool may_split_text(std::string_view document) {
    return document.find("<!") != document.npos || document.find("<?", 1) != document.npos;
}

bool is_text(pugi::xml_node node) noexcept {
    return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

bool is_blank_text(pugi::xml_node node) {
    return node.type() == pugi::node_pcdata &&
           std::string_view(node.value()).find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// The next node of the tree in document order, or null behind the last.
pugi::xml_node next_in_document(pugi::xml_node node) {
    if (auto const child = node.first_child()) return child;
    while (node && !node.next_sibling())
        node = node.parent();
    return node ? node.next_sibling() : node;
}

// Makes one text of a run of neighbours that begins at `first`; returns the node behind it. The
// outcome is no CDATA section: what was written as references may stand in it.
pugi::xml_node join_run(pugi::xml_node parent, pugi::xml_node first) {
    auto next = first.next_sibling();
    if (!next || !is_text(next)) return next;
    std::string text(first.value());
    while (next && is_text(next)) {
        auto const joined = next;
        text.append(next.value());
        next = next.next_sibling();
        parent.remove_child(joined);
    }
    parent.insert_child_before(pugi::node_pcdata, first).set_value(text.c_str());
    parent.remove_child(first);
    return next;
}

void tidy_children(pugi::xml_node parent) {
    for (auto child = parent.first_child(); child;) {
        child = is_text(child) ? join_run(parent, child) : child.next_sibling();
    }
    // Blank text between elements is indentation.
    bool const has_elements = static_cast<bool>(parent.find_child(is_element));
    for (auto child = parent.first_child(); child;) {
        auto const next = child.next_sibling();
        bool const is_dropped =
            is_text(child) ? has_elements && is_blank_text(child) : !is_element(child);
        if (is_dropped) parent.remove_child(child);
        child = next;
    }
}

void tidy_texts(pugi::xml_document& document) {
    for (pugi::xml_node node = document.first_child(); node; node = next_in_document(node)) {
        if (is_element(node)) tidy_children(node);
    }
}

// Of attributes that stand twice the last counts.
void drop_repeated_attributes(pugi::xml_document& document) {
    for (pugi::xml_node node = document.first_child(); node; node = next_in_document(node)) {
        std::set<std::string, std::less<>> seen;
        for (auto attribute = node.last_attribute(); attribute;) {
            auto const before = attribute.previous_attribute();
            if (!seen.emplace(attribute.name()).second) node.remove_attribute(attribute);
            attribute = before;
        }
    }
}

// The text that a strict reader takes.
std::string mended(std::string text, xml_findings const& of) {
    std::fill(text.begin() + static_cast<std::ptrdiff_t>(of.doctype_begin),
              text.begin() + static_cast<std::ptrdiff_t>(of.doctype_end), ' ');
    if (of.bare_ampersands.empty()) return text;
    std::string out;
    out.reserve(text.size() + of.bare_ampersands.size() * 4);
    std::size_t copied = 0;
    for (auto const at : of.bare_ampersands) {
        out.append(text, copied, at + 1 - copied).append("amp;");
        copied = at + 1;
    }
    return out.append(text, copied);
}

} // namespace

result<xml_document> parse_xml(std::string_view bytes, xml_reading const& reading,
                               xml_limits const& limits) {
    if (bytes.size() > limits.size) {
        return decode_error{errc::too_large, fmt::format("more than {} bytes of XML", limits.size)};
    }
    auto decoded = xml_to_utf8(bytes, reading);
    if (!decoded) return decoded.error();
    // UTF-16 may grow by half; it is bounded by what came in.
    xml_limits decoded_limits = limits;
    decoded_limits.size = decoded->size();
    auto const scanned = scan_xml(*decoded, decoded_limits, {"utf-8", reading.is_tolerant});
    if (!scanned) return scanned.error();

    auto text = std::make_unique<std::string>(mended(*std::move(decoded), *scanned));
    auto document = std::make_unique<pugi::xml_document>();
    bool const is_split = may_split_text(*text);
    auto const parsed = document->load_buffer_inplace(
        text->data(), text->size(), is_split ? split_text_flags : parse_flags, pugi::encoding_utf8);
    if (!parsed) {
        return decode_error{errc::syntax,
                            parsed.description(),
                            {static_cast<std::size_t>(parsed.offset), 0, 0},
                            {}};
    }
    if (is_split) tidy_texts(*document);
    if (scanned->has_repeated_attributes) drop_repeated_attributes(*document);
    return xml_document(std::move(text), std::move(document));
}

std::string xml_own_text(pugi::xml_node element) {
    std::string text;
    for (auto const child : element.children()) {
        if (is_text(child)) text.append(child.value());
    }
    return text;
}

std::string xml_string_value(pugi::xml_node element) {
    std::string text;
    auto node = element.first_child();
    while (node) {
        if (is_text(node)) text.append(node.value());
        if (auto const child = node.first_child()) {
            node = child;
            continue;
        }
        while (node != element && !node.next_sibling())
            node = node.parent();
        if (node == element) break;
        node = node.next_sibling();
    }
    return text;
}

std::string_view xml_local_name(std::string_view name) noexcept {
    auto const colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

} // namespace sluice::codecs
