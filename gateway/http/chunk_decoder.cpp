#include "gateway/http/chunk_decoder.hpp"

#include "gateway/http/text.hpp"

#include <algorithm>

namespace sluice::gateway::http {
namespace {

// Leading zeros are allowed by the grammar; more digits than a 64-bit size has are an attack.
constexpr unsigned max_size_digits = 16;

constexpr bool is_space(char c) {
    return c == ' ' || c == '\t';
}

constexpr std::uint64_t hex_value(char c) {
    return static_cast<std::uint64_t>(is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10);
}

} // namespace

void chunk_decoder::reset(chunk_limits limits, chunk_reading how) {
    *this = chunk_decoder{};
    limits_ = limits;
    is_lenient_ = how == chunk_reading::lenient;
}

std::size_t chunk_decoder::feed(std::string_view in, std::string& body) {
    std::size_t used = 0;
    while (used < in.size() && status_ == status::more) {
        if (place_ == place::data) {
            used += copy_data(in.substr(used), body);
        } else if (!is_lenient_ || count_overhead()) {
            take(in[used++]);
        }
    }
    return used;
}

bool chunk_decoder::count_overhead() {
    if (++overhead_ > limits_.overhead) fail(status::overhead_too_large);
    return status_ == status::more;
}

std::size_t chunk_decoder::copy_data(std::string_view in, std::string& body) {
    auto const size = static_cast<std::size_t>(std::min<std::uint64_t>(in.size(), chunk_size_));
    auto const fits =
        static_cast<std::size_t>(std::min<std::uint64_t>(size, limits_.body - body_size_));
    body.append(in.data(), fits);
    body_size_ += fits;
    chunk_size_ -= fits;
    if (fits < size) fail(status::body_too_large);
    if (chunk_size_ == 0) place_ = place::data_cr;
    return fits;
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
    } else if (place_ == place::unread_extension) {
        skip(c, place::size_lf);
    } else if (place_ == place::unread_trailer) {
        skip(c, place::trailer_lf);
    } else { // end_lf
        expect(c, '\n', place::end_lf);
        if (status_ == status::more) status_ = status::done;
    }
}

void chunk_decoder::expect(char c, char wanted, place next) {
    if (c != wanted) return fail(status::malformed);
    place_ = next;
}

// The rest of a line that nobody looks at.
void chunk_decoder::skip(char c, place at_line_end) {
    if (c == '\r') place_ = at_line_end;
    if (c == '\n') fail(status::malformed);
}

void chunk_decoder::take_size(char c) {
    if (is_hex_digit(c)) {
        if (place_ == place::size_first) chunk_size_ = size_digits_ = 0;
        if (++size_digits_ > max_size_digits) return fail(status::malformed);
        chunk_size_ = chunk_size_ * 16 + hex_value(c);
        place_ = place::size;
        return;
    }
    if (place_ == place::size_first) return fail(status::malformed);
    bool const fits = chunk_size_ <= limits_.body - body_size_;
    if (!fits && !is_lenient_) return fail(status::body_too_large);
    end_extension(c);
}

// What may follow a size or a complete extension.
void chunk_decoder::end_extension(char c) {
    if (c == '\r') {
        place_ = place::size_lf;
    } else if (c == ';') {
        place_ = is_lenient_ ? place::unread_extension : place::extension_name_first;
    } else if (is_space(c)) {
        place_ = is_lenient_ ? place::unread_extension : place::extension_space;
    } else {
        fail(status::malformed);
    }
}

void chunk_decoder::take_extension(char c) {
    if (!count_overhead()) return;
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
        if (token_bytes.contains(c))
            place_ = place::extension_name;
        else if (!is_space(c))
            fail(status::malformed);
        return;
    case place::extension_name:
        if (c == '=')
            place_ = place::extension_value_first;
        else if (!token_bytes.contains(c))
            end_extension(c);
        return;
    case place::extension_value_first:
        if (c == '"')
            place_ = place::extension_quoted;
        else if (token_bytes.contains(c))
            place_ = place::extension_value;
        else
            fail(status::malformed);
        return;
    case place::extension_value:
        if (!token_bytes.contains(c)) end_extension(c);
        return;
    case place::extension_quoted:
        if (c == '"')
            place_ = place::extension_end;
        else if (c == '\\')
            place_ = place::extension_escape;
        else if (!is_field_byte(c))
            fail(status::malformed);
        return;
    case place::extension_escape:
        place_ = place::extension_quoted;
        if (!is_field_byte(c)) fail(status::malformed);
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
    place_ = place::data;
}

void chunk_decoder::take_trailer(char c) {
    if (place_ == place::trailer_first && c == '\r') {
        place_ = place::end_lf;
        return;
    }
    if (is_lenient_) {
        place_ = place::unread_trailer;
        return skip(c, place::trailer_lf);
    }
    if (!count_overhead()) return;
    if (place_ == place::trailer_value) {
        if (c == '\r')
            place_ = place::trailer_lf;
        else if (!is_field_byte(c))
            fail(status::malformed);
        return;
    }
    if (token_bytes.contains(c)) {
        place_ = place::trailer_name;
    } else if (c == ':' && place_ == place::trailer_name) {
        place_ = place::trailer_value;
    } else {
        fail(status::malformed);
    }
}

} // namespace sluice::gateway::http
