#include "codecs/variables_decoder.hpp"

#include "codecs/form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sluice::codecs {

std::optional<decode_error> variables_collector::add(given_variable given) {
    if (auto failed = check_name(given)) return failed;
    origin const written{given.written_name.starts_with('$'), given.form};
    auto name =
        written.is_full_name ? std::move(given.written_name) : rules_.resolve(given.written_name);
    if (auto* const known = collected_.find(name)) {
        return repeat(*known, written, std::move(given));
    }
    if (collected_.size() >= limits_.count) {
        return decode_error{errc::too_many,
                            fmt::format("more than {} variables", limits_.count),
                            {},
                            std::move(given.pointer)};
    }
    if (given.values.size() > limits_.list_size) {
        return decode_error{errc::too_many,
                            fmt::format("more than {} values in a list", limits_.list_size),
                            {},
                            std::move(given.pointer)};
    }
    origins_.push_back(written);
    collected_.add({std::move(name), std::move(given.values), given.is_list,
                    std::move(given.pointer), given.decimal, written.is_full_name});
    return std::nullopt;
}

std::optional<decode_error> variables_collector::check_name(given_variable const& given) const {
    auto const& name = given.written_name;
    bool const has_controls = std::any_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
    if (!name.empty() && !has_controls && name.size() <= limits_.name_size) return std::nullopt;
    return decode_error{errc::invalid_name,
                        fmt::format("{} is not a name of 1 to {} bytes without control characters",
                                    quoted_excerpt(name), limits_.name_size),
                        {},
                        given.pointer};
}

std::optional<decode_error> variables_collector::repeat(variable& known, origin written,
                                                        given_variable given) {
    auto const& first = origins_[static_cast<std::size_t>(&known - &*collected_.begin())];
    if (policy_ == repeats::are_errors || first != written) {
        return decode_error{errc::duplicate_variable,
                            fmt::format("{} is given more than once, first at {}",
                                        quoted_excerpt(known.name), quoted_excerpt(known.pointer)),
                            {},
                            std::move(given.pointer)};
    }
    if (known.values.size() + given.values.size() > limits_.list_size) {
        return decode_error{errc::too_many,
                            fmt::format("more than {} values in a list", limits_.list_size),
                            {},
                            std::move(given.pointer)};
    }
    known.is_list = true;
    std::move(given.values.begin(), given.values.end(), std::back_inserter(known.values));
    return std::nullopt;
}

result<variables> decode_form_variables(std::string_view body, name_rules const& rules,
                                        variable_limits const& limits) {
    auto fields = decode_form(body);
    if (!fields) return fields.error();
    variables_collector collector(rules, limits, repeats::make_lists);
    for (auto& field : *fields) {
        given_variable given;
        given.pointer = field.name;
        given.written_name = std::move(field.name);
        // How form libraries write a list, also one of a single value.
        constexpr std::string_view list_mark = "[]";
        if (given.written_name.size() > list_mark.size() &&
            given.written_name.ends_with(list_mark)) {
            given.written_name.resize(given.written_name.size() - list_mark.size());
            given.is_list = true;
        }
        given.values.push_back(std::move(field.value));
        if (auto failed = collector.add(std::move(given))) return *std::move(failed);
    }
    return collector.take();
}

result<variables> decode_variables(media_kind kind, std::string_view body, name_rules const& rules,
                                   variable_limits const& limits) {
    switch (kind) {
    case media_kind::json:
        return decode_json_variables(body, rules, limits);
    case media_kind::xml:
        return decode_xml_variables(body, rules, limits);
    case media_kind::form:
        return decode_form_variables(body, rules, limits);
    case media_kind::none:
        if (body.empty()) return variables();
        break;
    case media_kind::csv:
    case media_kind::text:
    case media_kind::other:
        break;
    }
    return decode_error{errc::unsupported_media_type,
                        "expected application/json, application/xml, text/xml or "
                        "application/x-www-form-urlencoded"};
}

result<variables> decode_variables(std::string_view content_type, std::string_view body,
                                   name_rules const& rules, variable_limits const& limits) {
    auto const kind = body_kind(content_type);
    if (!kind) return kind.error();
    if (*kind != media_kind::xml) return decode_variables(*kind, body, rules, limits);
    auto const type = parse_media_type(content_type);
    return decode_xml_variables(body, rules, limits, type ? type->charset() : std::string());
}

} // namespace sluice::codecs
