#include "codecs/template.hpp"

#include "codecs/form.hpp"
#include "codecs/json.hpp"
#include "codecs/percent.hpp"
#include "codecs/xml_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::codecs {

namespace {

// A tab is the only control character that a field value may have (RFC 9110 section 5.5).
bool is_header_text(std::string_view value) noexcept {
    return std::none_of(value.begin(), value.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
    });
}

// Why the value cannot stand in its place, or nothing when it can.
std::string_view refusal(template_place place, std::string_view value) noexcept {
    switch (place) {
    case template_place::header:
        return is_header_text(value) ? "" : "control characters cannot stand in a header";
    case template_place::xml_text:
    case template_place::xml_attribute:
        return is_xml_text(value) ? "" : "the value has characters that XML does not have";
    default:
        return {};
    }
}

void append_json_value(std::string& out, std::string_view value) {
    bool const is_literal = value == "true" || value == "false" || value == "null";
    if (is_literal || is_json_number(value)) {
        out.append(value);
    } else {
        append_json_string(out, value);
    }
}

void append_value(std::string& out, template_place place, std::string_view value) {
    switch (place) {
    case template_place::plain:
    case template_place::header:
        out.append(value);
        break;
    case template_place::json_string:
        append_json_string_contents(out, value);
        break;
    case template_place::json_value:
        append_json_value(out, value);
        break;
    case template_place::xml_text:
        append_xml_text(out, value);
        break;
    case template_place::xml_attribute:
        append_xml_attribute(out, value);
        break;
    case template_place::form:
        append_form_component(out, value);
        break;
    case template_place::path:
    case template_place::query:
        append_percent_encoded(out, value);
        break;
    }
}

// No encoding keeps a segment `..` from being taken as the way up, so a value must not make one.
bool has_dot_segment(std::string_view url) noexcept {
    auto path = url_path(url);
    while (!path.empty()) {
        auto const end = std::min(path.find('/'), path.size());
        if (is_dot_segment(path.substr(0, end))) return true;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return false;
}

} // namespace

result<text_template> text_template::compile(std::string_view text, template_format format) {
    auto names = find_template_names(text);
    if (auto failed = place_names(text, format, names)) return *std::move(failed);
    text_template compiled;
    compiled.format_ = format;
    std::size_t start = 0;
    for (auto& name : names) {
        auto const behind = name.offset + name.name.size();
        compiled.pieces_.push_back(
            {std::string(text.substr(start, name.offset - start)), std::move(name)});
        start = behind;
    }
    if (start < text.size()) {
        compiled.pieces_.push_back({std::string(text.substr(start)), std::nullopt});
    }
    return compiled;
}

render_report text_template::render(variable_lookup const& lookup, std::string& out) const {
    render_report report;
    auto const start = out.size();
    bool has_path_values = false;
    for (auto const& each : pieces_) {
        out.append(each.literal);
        if (!each.variable) continue;
        has_path_values |= each.variable->place == template_place::path;
        render_variable(*each.variable, lookup, out, report);
    }
    if (has_path_values && has_dot_segment(std::string_view(out).substr(start))) {
        report.errors.push_back({errc::forbidden_character,
                                 "a value makes a segment of the URL's path \".\" or \"..\""});
    }
    return report;
}

void text_template::render_variable(placed_name const& variable, variable_lookup const& lookup,
                                    std::string& out, render_report& report) {
    std::string_view const name = variable.name;
    for (auto const end : variable.ends) {
        auto const value = lookup(name.substr(0, end));
        if (!value) continue;
        if (auto const reason = refusal(variable.place, *value); !reason.empty()) {
            report.errors.push_back({errc::forbidden_character,
                                     std::string(reason),
                                     {},
                                     std::string(name.substr(0, end))});
            return;
        }
        append_value(out, variable.place, *value);
        out.append(name.substr(end));
        return;
    }
    auto const unset = name.substr(0, variable.unset_size);
    if (std::find(report.unset.begin(), report.unset.end(), unset) == report.unset.end()) {
        report.unset.emplace_back(unset);
    }
    // A name that stands alone in JSON would break it, so there it stands as a string.
    if (variable.place == template_place::json_value) {
        append_json_string(out, name);
    } else {
        out.append(name);
    }
}

std::vector<std::string> text_template::names() const {
    std::vector<std::string> names;
    for (auto const& each : pieces_) {
        if (each.variable) names.push_back(each.variable->name);
    }
    return names;
}

} // namespace sluice::codecs
