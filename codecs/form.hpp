// application/x-www-form-urlencoded (WHATWG URL section 5), read strictly. Pure functions; any
// thread.
#pragma once

#include "codecs/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::codecs {

struct form_limits {
    std::size_t fields = 10'000;
    // Bytes of the whole body.
    std::size_t size = 16 * 1024 * 1024;
};

struct form_field {
    std::string name{};
    std::string value{};
};

// The fields in their order; names may repeat; empty parts (`a=1&&b=2`) and a byte
// order mark in front are skipped. Errors:
// `syntax` for a `%` without two digits, `invalid_encoding` for what is not UTF-8, `too_many`,
// `too_large`.
[[nodiscard]] result<std::vector<form_field>> decode_form(std::string_view body,
                                                          form_limits const& limits = {});

// Appends a name or value: a space becomes `+`, all but letters, digits and `*-._` become `%XX`.
void append_form_component(std::string& out, std::string_view text);

} // namespace sluice::codecs
