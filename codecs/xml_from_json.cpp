#include "codecs/xml_from_json.hpp"

#include "codecs/json_scan.hpp"
#include "codecs/xml_text.hpp"

#include <algorithm>

namespace sluice::codecs {

namespace {

void append_open(std::string& out, std::string_view name) {
    if (is_xml_name(name)) {
        out.append("<").append(name).append(">");
        return;
    }
    out += "<member name=\"";
    append_xml_attribute(out, name);
    out += "\">";
}

void append_close(std::string& out, std::string_view name) {
    out.append("</").append(is_xml_name(name) ? name : std::string_view("member")).append(">");
}

// [{"name":…,"value":…}, …]
bool is_variables(std::vector<std::string_view> const& elements) {
    auto const is_variable = [](std::string_view element) {
        auto const members = json_members(element);
        return members.size() == 2 && members[0].is("name") && members[1].is("value");
    };
    return !elements.empty() && std::ranges::all_of(elements, is_variable);
}

void append_members(std::string& out, std::string_view object);

void append_element(std::string& out, std::string_view name, std::string_view value) {
    append_open(out, name);
    if (json_kind_of(value) == json_kind::object) {
        append_members(out, value);
    } else {
        append_xml_text(out, json_text(value));
    }
    append_close(out, name);
}

void append_array(std::string& out, std::string_view name, std::string_view array) {
    auto const elements = json_elements(array);
    if (!is_variables(elements)) {
        for (auto const element : elements)
            append_element(out, name, element);
        return;
    }
    append_open(out, name);
    for (auto const element : elements) {
        auto const members = json_members(element);
        out += "<key name=\"";
        append_xml_attribute(out, json_text(members[0].value));
        out += "\">";
        append_xml_text(out, json_text(members[1].value));
        out += "</key>";
    }
    append_close(out, name);
}

void append_members(std::string& out, std::string_view object) {
    for (auto const& member : json_members(object)) {
        auto const name = member.name();
        if (json_kind_of(member.value) == json_kind::array) {
            append_array(out, name, member.value);
        } else {
            append_element(out, name, member.value);
        }
    }
}

} // namespace

void append_json_as_xml(std::string& out, std::string_view json) {
    out += "<response>";
    append_members(out, json);
    out += "</response>";
}

} // namespace sluice::codecs
