// Values written back, for tests that read what they wrote: the program itself writes neither.
#pragma once

#include "codecs/form.hpp"

#include <pugixml.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace sluice::tests {

// The fields joined by `&`.
inline std::string encode_form(std::vector<codecs::form_field> const& fields) {
    std::string body;
    for (auto const& field : fields) {
        if (!body.empty()) body.push_back('&');
        codecs::append_form_component(body, field.name);
        body.push_back('=');
        codecs::append_form_component(body, field.value);
    }
    return body;
}

// Lets pugixml write into a string. It leaves carriage returns of text as they are, and whoever
// reads them next would take them for line ends.
class xml_text_writer final : public pugi::xml_writer {
  public:
    explicit xml_text_writer(std::string& out)
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

// The element on one line, without a declaration.
inline std::string xml_text_of(pugi::xml_node element) {
    std::string text;
    xml_text_writer out(text);
    element.print(out, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
    return text;
}

} // namespace sluice::tests
