#include "gateway/client/chunk_reader.hpp"

#include "gateway/http/text.hpp"

#include <algorithm>

namespace sluice::gateway::client {
namespace {

constexpr unsigned max_size_digits = 15; // fits 64 bits with room to spare

unsigned hex_value(char c) {
    if (http::is_digit(c)) return static_cast<unsigned>(c - '0');
    return static_cast<unsigned>(http::to_lower(c) - 'a') + 10;
}

} // namespace

void chunk_reader::reset(std::size_t body_limit, std::size_t overhead_limit) {
    *this = {};
    body_limit_ = body_limit;
    overhead_left_ = overhead_limit;
}

std::size_t chunk_reader::feed(std::string_view bytes, std::string& body) {
    std::size_t used = 0;
    while (used < bytes.size() && state_ == state::more) {
        if (place_ == place::data) {
            used += copy(bytes.substr(used), body);
        } else if (overhead_left_ == 0) {
            state_ = state::malformed;
        } else {
            --overhead_left_;
            take(bytes[used++]);
        }
    }
    return used;
}

std::size_t chunk_reader::copy(std::string_view bytes, std::string& body) {
    auto const wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(chunk_left_, bytes.size()));
    auto const fits = std::min(wanted, body_limit_ - body.size());
    body.append(bytes.substr(0, fits));
    chunk_left_ -= fits;
    if (fits < wanted) state_ = state::body_full;
    if (chunk_left_ == 0) place_ = place::data_cr;
    return fits;
}

void chunk_reader::take(char c) {
    switch (place_) {
    case place::size:
        return take_size(c);
    case place::extension:
        if (c == '\r') place_ = place::size_lf;
        if (c == '\n') state_ = state::malformed;
        return;
    case place::size_lf:
        return c == '\n' ? end_size_line() : void(state_ = state::malformed);
    case place::data_cr:
        return expect(c, '\r', place::data_lf);
    case place::data_lf:
        return expect(c, '\n', place::size);
    case place::trailer:
    case place::trailer_lf:
        return take_trailer(c);
    case place::data:
        return;
    }
}

void chunk_reader::take_size(char c) {
    if (http::is_hex_digit(c)) {
        if (++digits_ > max_size_digits) state_ = state::malformed;
        chunk_left_ = chunk_left_ * 16 + hex_value(c);
    } else if (digits_ == 0) {
        state_ = state::malformed;
    } else if (c == ';' || c == ' ' || c == '\t') {
        place_ = place::extension;
    } else {
        expect(c, '\r', place::size_lf);
    }
}

void chunk_reader::end_size_line() {
    place_ = chunk_left_ == 0 ? place::trailer : place::data;
    line_is_empty_ = true;
    digits_ = 0;
}

void chunk_reader::take_trailer(char c) {
    if (place_ == place::trailer_lf) {
        expect(c, '\n', place::trailer);
        if (line_is_empty_ && state_ == state::more) state_ = state::done;
        line_is_empty_ = true;
    } else if (c == '\r') {
        place_ = place::trailer_lf;
    } else if (c == '\n') {
        state_ = state::malformed;
    } else {
        line_is_empty_ = false;
    }
}

void chunk_reader::expect(char c, char wanted, place next) {
    if (c != wanted) state_ = state::malformed;
    place_ = next;
}

} // namespace sluice::gateway::client
