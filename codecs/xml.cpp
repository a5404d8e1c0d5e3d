#include "codecs/xml.hpp"

#include "codecs/xml_encoding.hpp"

#include <fmt/format.h>

namespace sluice::codecs {

namespace {

// White space survives only where it is all that an element holds, so that a value of blanks is
// kept and indentation is not.
constexpr unsigned parse_flags = pugi::parse_default | pugi::parse_ws_pcdata_single;
// The same where CDATA, comments or instructions may split one text into several nodes: all white
// space is read, and drop_indentation takes away what stands between elements.
constexpr unsigned split_text_flags = pugi::parse_default | pugi::parse_ws_pcdata;

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

// Takes away the blank text of every element that has elements.
void drop_indentation(pugi::xml_document& document) {
    for (pugi::xml_node node = document.first_child(); node; node = next_in_document(node)) {
        if (!is_element(node) || !node.find_child(is_element)) continue;
        for (auto child = node.first_child(); child;) {
            auto const next = child.next_sibling();
            if (is_blank_text(child)) node.remove_child(child);
            child = next;
        }
    }
}

// Lets pugixml write into a string. It leaves carriage returns of text as they are, and whoever
// reads them next would take them for line ends.
class string_writer final : public pugi::xml_writer {
  public:
    explicit string_writer(std::string& out)
        : out_(out) {}

    void write(void const* data, std::size_t size) override {
        std::string_view rest(static_cast<char const*>(data), size);
        for (auto at = rest.find('\r'); at != rest.npos; at = rest.find('\r')) {
            out_.append(rest.substr(0, at)).append("&#13;");
            rest.remove_prefix(at + 1);
        }
        out_.append(rest);
    }

  private:
    std::string& out_;
};

} // namespace

result<xml_document> parse_xml(std::string_view bytes, xml_limits const& limits) {
    if (bytes.size() > limits.size) {
        return decode_error{errc::too_large, fmt::format("more than {} bytes of XML", limits.size)};
    }
    auto decoded = xml_to_utf8(bytes);
    if (!decoded) return decoded.error();
    // UTF-16 may grow by half; it is bounded by what came in.
    xml_limits decoded_limits = limits;
    decoded_limits.size = decoded->size();
    if (auto const checked = check_xml(*decoded, decoded_limits); !checked) return checked.error();

    auto text = std::make_unique<std::string>(*std::move(decoded));
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
    if (is_split) drop_indentation(*document);
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

void append_xml_raw(std::string& out, pugi::xml_node element) {
    string_writer writer(out);
    element.print(writer, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
}

} // namespace sluice::codecs
