#include "gateway/server/chunk_decoder.hpp"

#include "gateway/http/text.hpp"

#include <algorithm>

namespace sluice::gateway::server {
namespace {

// Leading zeros are allowed by the grammar; more digits than a 64-bit size has are an attack.
constexpr unsigned max_size_digits = 16;

constexpr bool is_space(char c) {
    return c == ' ' || c == '\t';
}

constexpr std::uint64_t hex_value(char c) {
    return static_cast<std::uint64_t>(http::is_digit(c) ? c - '0' : http::to_lower(c) - 'a' + 10);
}

} // namespace

void chunk_decoder::reset(chunk_limits limits) {
    *this = chunk_decoder{};
    limits_ = limits;
}

std::size_t chunk_decoder::feed(std::string_view in, std::string& body) {
    std::size_t used = 0;
    while (used < in.size() && status_ == status::more) {
        if (place_ == place::data) {
            used += copy_data(in.substr(used), body);
        } else {
            take(in[used++]);
        }
    }
    return used;
}

std::size_t chunk_decoder::copy_data(std::string_view in, std::string& body) {
    auto const size = static_cast<std::size_t>(std::min<std::uint64_t>(in.size(), chunk_size_));
    body.append(in.data(), size);
    chunk_size_ -= size;
    if (chunk_size_ == 0) place_ = place::data_cr;
    return size;
}

void chunk_decoder::take(char c) {
    if (place_ <= place::size) {
        take_size(c);
    } else if (place_ <= place::extension_end) {
        take_extension(c);
    } else if (place_ >= place::trailer_first && place_ <= place::trailer_value) {
        take_trailer(c);
    } else if (place_ == place::size_lf) {
        if (c == '\n') return end_size_line();
        fail(status::malformed);
    } else if (place_ == place::data_cr) {
        expect(c, '\r', place::data_lf);
    } else if (place_ == place::data_lf) {
        expect(c, '\n', place::size_first);
    } else if (place_ == place::trailer_lf) {
        expect(c, '\n', place::trailer_first);
    } else { // end_lf
        expect(c, '\n', place::end_lf);
        if (status_ == status::more) status_ = status::done;
    }
}

void chunk_decoder::expect(char c, char wanted, place next) {
    if (c != wanted) return fail(status::malformed);
    place_ = next;
}

void chunk_decoder::take_size(char c) {
    if (http::is_hex_digit(c)) {
        if (place_ == place::size_first) chunk_size_ = size_digits_ = 0;
        if (++size_digits_ > max_size_digits) return fail(status::malformed);
        chunk_size_ = chunk_size_ * 16 + hex_value(c);
        place_ = place::size;
        return;
    }
    if (place_ == place::size_first) return fail(status::malformed);
    if (chunk_size_ > limits_.body - body_size_) return fail(status::body_too_large);
    end_extension(c);
}

// What may follow a size or a complete extension.
void chunk_decoder::end_extension(char c) {
    if (c == '\r') {
        place_ = place::size_lf;
    } else if (c == ';') {
        place_ = place::extension_name_first;
    } else if (is_space(c)) {
        place_ = place::extension_space;
    } else {
        fail(status::malformed);
    }
}

void chunk_decoder::take_extension(char c) {
    if (++overhead_ > limits_.overhead) return fail(status::overhead_too_large);
    switch (place_) {
    case place::extension_space:
        // White space around ";" is bad but to be parsed (RFC 9112 section 7.1.1); before the end
        // of the line it is not in the grammar, and around "=" nobody sends it.
        if (c == ';')
            place_ = place::extension_name_first;
        else if (!is_space(c))
            fail(status::malformed);
        return;
    case place::extension_name_first:
        if (http::token_bytes.contains(c))
            place_ = place::extension_name;
        else if (!is_space(c))
            fail(status::malformed);
        return;
    case place::extension_name:
        if (c == '=')
            place_ = place::extension_value_first;
        else if (!http::token_bytes.contains(c))
            end_extension(c);
        return;
    case place::extension_value_first:
        if (c == '"')
            place_ = place::extension_quoted;
        else if (http::token_bytes.contains(c))
            place_ = place::extension_value;
        else
            fail(status::malformed);
        return;
    case place::extension_value:
        if (!http::token_bytes.contains(c)) end_extension(c);
        return;
    case place::extension_quoted:
        if (c == '"')
            place_ = place::extension_end;
        else if (c == '\\')
            place_ = place::extension_escape;
        else if (!http::is_field_byte(c))
            fail(status::malformed);
        return;
    case place::extension_escape:
        place_ = place::extension_quoted;
        if (!http::is_field_byte(c)) fail(status::malformed);
        return;
    default:
        end_extension(c); // extension_end
    }
}

void chunk_decoder::end_size_line() {
    if (chunk_size_ == 0) {
        place_ = place::trailer_first;
        return;
    }
    body_size_ += chunk_size_;
    place_ = place::data;
}

void chunk_decoder::take_trailer(char c) {
    if (place_ == place::trailer_first && c == '\r') {
        place_ = place::end_lf;
        return;
    }
    if (++overhead_ > limits_.overhead) return fail(status::overhead_too_large);
    if (place_ == place::trailer_value) {
        if (c == '\r')
            place_ = place::trailer_lf;
        else if (!http::is_field_byte(c))
            fail(status::malformed);
        return;
    }
    if (http::token_bytes.contains(c)) {
        place_ = place::trailer_name;
    } else if (c == ':' && place_ == place::trailer_name) {
        place_ = place::trailer_value;
    } else {
        fail(status::malformed);
    }
}

} // namespace sluice::gateway::server
