#include "codecs/reply_body.hpp"

#include "codecs/json.hpp"
#include "codecs/xml_text.hpp"

#include <array>
#include <charconv>

namespace sluice::codecs {

namespace {

void append_number(std::string& out, int number) {
    std::array<char, 16> digits;
    auto const written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), written.ptr);
}

void append_keys_json(std::string& out, reply_body const& from) {
    out.append(R"(,"keys":[)");
    bool is_first = true;
    for (auto const& key : from.keys) {
        out.append(is_first ? R"({"name":)" : R"(,{"name":)");
        is_first = false;
        append_json_string(out, key.name);
        out.append(R"(,"value":)");
        append_json_string(out, key.value);
        out.push_back('}');
    }
    out.push_back(']');
}

void append_keys_xml(std::string& out, reply_body const& from) {
    out.append("<keys>");
    for (auto const& key : from.keys) {
        out.append("<key name=\"");
        append_xml_attribute(out, key.name);
        out.append("\">");
        append_xml_text(out, key.value);
        out.append("</key>");
    }
    out.append("</keys>");
}

} // namespace

void append_reply_json(std::string& out, reply_body const& from) {
    out.append(R"({"api-response-code":)");
    append_number(out, from.code);
    if (!from.message.empty()) {
        out.append(R"(,"api-response-message":)");
        append_json_string(out, from.message);
    }
    if (!from.request_id.empty()) {
        out.append(R"(,"request-id":)");
        append_json_string(out, from.request_id);
        out.append(R"(,"call-details":)").append(from.call_details);
    }
    if (from.always_keys || !from.keys.empty()) append_keys_json(out, from);
    if (!from.unset.empty()) {
        out.append(R"(,"unset":[)");
        for (auto const& name : from.unset) {
            if (&name != &from.unset.front()) out.push_back(',');
            append_json_string(out, name);
        }
        out.push_back(']');
    }
    out.push_back('}');
}

void append_reply_xml(std::string& out, reply_body const& from) {
    out.append("<response><api-response-code>");
    append_number(out, from.code);
    out.append("</api-response-code>");
    if (!from.message.empty()) append_xml_element(out, "api-response-message", from.message);
    if (!from.request_id.empty()) {
        append_xml_element(out, "request-id", from.request_id);
        out.append("<call-details/>");
    }
    if (from.always_keys || !from.keys.empty()) append_keys_xml(out, from);
    for (auto const name : from.unset)
        append_xml_element(out, "unset", name);
    out.append("</response>");
}

void append_reply(std::string& out, media_kind kind, reply_body const& from) {
    if (kind == media_kind::xml) {
        append_reply_xml(out, from);
    } else {
        append_reply_json(out, from);
    }
}

} // namespace sluice::codecs
