// XML 1.0 documents, read by pugixml behind a strict scanner of our own (xml_scan), because pugixml
// takes much that is not well-formed, any DOCTYPE and any depth. Never expands more than the five
// entities and character references, never opens anything. A document belongs to one thread at a
// time.
#pragma once

#include "codecs/error.hpp"
#include "codecs/xml_scan.hpp"
#include "codecs/xml_text.hpp"

#include <pugixml.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace sluice::codecs {

class xml_document {
  public:
    // The document element; there always is one.
    [[nodiscard]] pugi::xml_node root() const noexcept { return document_->document_element(); }
    // The document node, the parent of the root: the context of absolute XPath expressions.
    [[nodiscard]] pugi::xml_node document() const noexcept { return *document_; }

  private:
    friend result<xml_document> parse_xml(std::string_view, xml_reading const&, xml_limits const&);
    xml_document(std::unique_ptr<std::string> text, std::unique_ptr<pugi::xml_document> document)
        : text_(std::move(text))
        , document_(std::move(document)) {}

    // pugixml's nodes point into the text, so both keep their address when the document moves.
    std::unique_ptr<std::string> text_;
    std::unique_ptr<pugi::xml_document> document_;
};

// Decodes, checks and parses one document. White space between elements is dropped; an element
// without child elements keeps all of its text. Neighbouring text and CDATA sections are one text,
// as XPath sees them (XPath 1.0 section 5.7), also where blanks stand between them; comments and
// instructions part texts and are dropped. Errors: those of `xml_to_utf8` and `scan_xml`.
[[nodiscard]] result<xml_document>
parse_xml(std::string_view bytes, xml_reading const& reading = {}, xml_limits const& limits = {});

// The text of an element: its character data and CDATA sections joined, without that of its
// children.
[[nodiscard]] std::string xml_own_text(pugi::xml_node element);

// The text of an element and of all below it (XPath's string value).
[[nodiscard]] std::string xml_string_value(pugi::xml_node element);

// The part of a qualified name after its prefix.
[[nodiscard]] std::string_view xml_local_name(std::string_view name) noexcept;

inline bool is_element(pugi::xml_node node) noexcept {
    return node.type() == pugi::node_element;
}

} // namespace sluice::codecs
