#include "codecs/form.hpp"

#include "codecs/percent.hpp"
#include "codecs/query.hpp"
#include "codecs/text.hpp"
#include "codecs/utf8.hpp"

#include <fmt/format.h>

namespace sluice::codecs {

namespace {

// WHATWG URL section 1.3: the application/x-www-form-urlencoded percent-encode set leaves these.
bool stays(char c) noexcept {
    return is_alphanumeric(c) || c == '*' || c == '-' || c == '.' || c == '_';
}

// `part` is a piece of `body`, which error positions refer to.
result<std::string> decode_component(std::string_view body, std::string_view part) {
    auto const start = static_cast<std::size_t>(part.data() - body.data());
    std::string decoded;
    decoded.reserve(part.size());
    for (std::size_t i = 0; i < part.size(); ++i) {
        if (part[i] == '%') {
            auto const byte = percent_triplet(part.substr(i));
            if (!byte) {
                return error_at(errc::syntax, body, start + i,
                                "expected two hexadecimal digits after %");
            }
            decoded.push_back(*byte);
            i += 2;
        } else {
            decoded.push_back(part[i] == '+' ? ' ' : part[i]);
        }
    }
    if (find_invalid_utf8(decoded)) {
        return error_at(errc::invalid_encoding, body, start,
                        "the decoded name or value is not valid UTF-8");
    }
    return decoded;
}

} // namespace

result<std::vector<form_field>> decode_form(std::string_view body, form_limits const& limits) {
    if (body.size() > limits.size) {
        return decode_error{errc::too_large,
                            fmt::format("more than {} bytes of form", limits.size)};
    }
    body = without_mark(body);
    std::vector<form_field> fields;
    query_walk walk(body);
    for (query_part part; walk.next(part);) {
        if (fields.size() >= limits.fields) {
            auto const start = static_cast<std::size_t>(part.whole.data() - body.data());
            return error_at(errc::too_many, body, start,
                            fmt::format("more than {} fields", limits.fields));
        }
        auto name = decode_component(body, part.name);
        if (!name) return name.error();
        auto value = decode_component(body, part.value);
        if (!value) {
            auto error = value.error();
            error.pointer = *name;
            return error;
        }
        fields.push_back({*std::move(name), *std::move(value)});
    }
    return fields;
}

void append_form_component(std::string& out, std::string_view text) {
    for (char const c : text) {
        if (stays(c)) {
            out.push_back(c);
        } else if (c == ' ') {
            out.push_back('+');
        } else {
            append_percent_triplet(out, c);
        }
    }
}

} // namespace sluice::codecs
