#include "codecs/variables_decoder.hpp"
#include "codecs/xml.hpp"

#include <fmt/format.h>

namespace sluice::codecs {

namespace {

pugi::xml_node first_child_element(pugi::xml_node parent) {
    return parent.find_child(is_element);
}

decode_error shape_error(std::string pointer, std::string detail) {
    return {errc::unexpected_shape, std::move(detail), {}, std::move(pointer)};
}

class xml_variables {
  public:
    using failure = std::optional<decode_error>;

    xml_variables(name_rules const& rules, variable_limits const& limits)
        : collector_(rules, limits, repeats::make_lists) {}

    result<variables> decode(pugi::xml_node root) {
        auto const path = fmt::format("/{}", root.name());
        if (auto failed = take_children(root, path, &xml_variables::take_member)) {
            return *std::move(failed);
        }
        return collector_.take();
    }

  private:
    using taker = failure (xml_variables::*)(pugi::xml_node, std::string);

    // Elements that hold variables hold no text of their own.
    failure take_children(pugi::xml_node parent, std::string const& path, taker take_one) {
        for (auto const child : parent.children()) {
            if (is_element(child)) {
                auto child_path = fmt::format("{}/{}", path, child.name());
                if (auto failed = (this->*take_one)(child, std::move(child_path))) return failed;
            } else if (!is_blank(child.value())) {
                return shape_error(path, "expected elements, not text");
            }
        }
        return std::nullopt;
    }

    static bool is_blank(std::string_view text) {
        return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
    }

    failure take_member(pugi::xml_node element, std::string path) {
        auto const name = xml_local_name(element.name());
        if (name == "keys") return take_children(element, path, &xml_variables::take_key);
        bool const is_key =
            name == "key" && (element.attribute("name") || first_child_element(element));
        if (is_key) return take_key(element, std::move(path));
        return take_value(std::string(name), element, std::move(path), request_form::flat);
    }

    // <key name="…">…</key>, or <key><name>…</name><value>…</value></key>.
    failure take_key(pugi::xml_node element, std::string path) {
        if (xml_local_name(element.name()) != "key") {
            return shape_error(std::move(path), "expected <key name=\"…\">");
        }
        if (auto const name = element.attribute("name")) {
            return take_value(name.value(), element, std::move(path), request_form::keys);
        }
        pugi::xml_node name;
        pugi::xml_node value;
        for (auto const child : element.children()) {
            if (!is_element(child) && is_blank(child.value())) continue;
            auto const child_name = xml_local_name(child.name());
            auto& place = child_name == "name" ? name : value;
            if ((child_name != "name" && child_name != "value") || place) {
                return shape_error(std::move(path), "expected one <name> and one <value>");
            }
            place = child;
        }
        if (!name || !value) return shape_error(std::move(path), "expected <key name=\"…\">");
        return take_value(xml_own_text(name), value, path + "/value", request_form::keys);
    }

    failure take_value(std::string name, pugi::xml_node element, std::string path,
                       request_form form) {
        if (auto const nested = first_child_element(element)) {
            return shape_error(fmt::format("{}/{}", path, nested.name()),
                               "expected text, not an element");
        }
        given_variable given;
        given.written_name = std::move(name);
        given.values.push_back(xml_own_text(element));
        given.pointer = std::move(path);
        given.form = form;
        return collector_.add(std::move(given));
    }

    variables_collector collector_;
};

} // namespace

result<variables> decode_xml_variables(std::string_view body, name_rules const& rules,
                                       variable_limits const& limits, std::string_view charset) {
    auto const document = parse_xml(body, {charset});
    if (!document) return document.error();
    return xml_variables(rules, limits).decode(document->root());
}

} // namespace sluice::codecs
