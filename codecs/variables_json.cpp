#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "codecs/variables_decoder.hpp"

#include <fmt/format.h>

namespace sluice::codecs {

namespace {

// Reads checked JSON by its raw spans, so that numbers keep the digits that they were written with.
class json_variables {
  public:
    json_variables(std::string_view body, name_rules const& rules, variable_limits const& limits)
        : body_(body)
        , collector_(rules, limits, repeats::are_errors) {}

    result<variables> decode() {
        if (json_kind_of(body_) != json_kind::object) {
            return shape_error(json_trim(body_), "", "expected an object of variables");
        }
        json_cursor members(body_);
        for (json_member member; members.next(member);) {
            auto name = member.name();
            std::string pointer;
            append_pointer_token(pointer, name);
            auto failed = name == "keys" ? take_keys(member.value, pointer)
                                         : take(std::move(name), member.value, std::move(pointer),
                                                request_form::flat);
            if (failed) return *std::move(failed);
        }
        return collector_.take();
    }

  private:
    using failure = std::optional<decode_error>;

    decode_error shape_error(std::string_view raw, std::string_view pointer,
                             std::string detail) const {
        auto error =
            error_at(errc::unexpected_shape, body_,
                     static_cast<std::size_t>(raw.data() - body_.data()), std::move(detail));
        error.pointer = pointer;
        return error;
    }

    static bool is_scalar(std::string_view raw) {
        auto const kind = json_kind_of(raw);
        return kind != json_kind::object && kind != json_kind::array;
    }

    static void note_decimal(given_variable& given, std::string_view raw) {
        if (!given.decimal && is_json_decimal(raw)) given.decimal = given.values.size();
    }

    failure take(std::string name, std::string_view raw, std::string pointer, request_form form) {
        given_variable given;
        given.written_name = std::move(name);
        given.form = form;
        given.is_list = json_kind_of(raw) == json_kind::array;
        if (json_kind_of(raw) == json_kind::object) {
            return shape_error(raw, pointer, "expected a value or a list of values, not an object");
        }
        if (given.is_list) {
            json_cursor elements(raw);
            for (json_member element; elements.next(element);) {
                if (!is_scalar(element.value)) {
                    append_pointer_token(pointer, given.values.size());
                    return shape_error(element.value, pointer,
                                       "expected a string, number, boolean or null in a list");
                }
                note_decimal(given, element.value);
                given.values.push_back(json_text(element.value));
            }
        } else {
            note_decimal(given, raw);
            given.values.push_back(json_text(raw));
        }
        given.pointer = std::move(pointer);
        return collector_.add(std::move(given));
    }

    failure take_keys(std::string_view raw, std::string const& pointer) {
        if (json_kind_of(raw) == json_kind::null) return std::nullopt;
        if (json_kind_of(raw) != json_kind::array) {
            return shape_error(raw, pointer, "expected a list of {\"name\", \"value\"}");
        }
        std::size_t index = 0;
        json_cursor entries(raw);
        for (json_member entry; entries.next(entry);) {
            std::string entry_pointer = pointer;
            append_pointer_token(entry_pointer, index++);
            if (auto failed = take_key(entry.value, std::move(entry_pointer))) return failed;
        }
        return std::nullopt;
    }

    failure take_key(std::string_view entry, std::string pointer) {
        static constexpr char expected[] = "expected {\"name\": a string, \"value\": …}";
        if (json_kind_of(entry) != json_kind::object) return shape_error(entry, pointer, expected);
        std::optional<std::string_view> name;
        std::optional<std::string_view> value;
        json_cursor members(entry);
        for (json_member member; members.next(member);) {
            if (member.is("name")) {
                name = member.value;
            } else if (member.is("value")) {
                value = member.value;
            } else {
                return shape_error(member.value, pointer,
                                   fmt::format("expected \"name\" and \"value\" only, not {}",
                                               quoted_excerpt(member.name())));
            }
        }
        if (!name || !value || json_kind_of(*name) != json_kind::string) {
            return shape_error(entry, pointer, expected);
        }
        pointer.append("/value");
        return take(json_text(*name), *value, std::move(pointer), request_form::keys);
    }

    std::string_view body_;
    variables_collector collector_;
};

} // namespace

result<variables> decode_json_variables(std::string_view body, name_rules const& rules,
                                        variable_limits const& limits) {
    if (auto const checked = check_json(body); !checked) return checked.error();
    return json_variables(body, rules, limits).decode();
}

} // namespace sluice::codecs
