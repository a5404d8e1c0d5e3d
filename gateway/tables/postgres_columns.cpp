#include "gateway/tables/postgres_columns.hpp"

namespace sluice::gateway::tables {

namespace {

// Dimensions, whether there are nulls, the element's oid; size and lower bound of the dimension.
constexpr std::size_t header_size = 20;

void append_big_endian(std::string& to, std::uint64_t value, int size) {
    for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
        to += static_cast<char>(value >> shift & 0xff);
}

} // namespace

postgres_column::postgres_column(element kind)
    : kind_(kind)
    , bytes_(header_size, '\0') {}

void postgres_column::put(std::uint32_t value) {
    append_big_endian(bytes_, value, 4);
}

postgres_column& postgres_column::add(std::string_view value) {
    ++count_;
    put(static_cast<std::uint32_t>(value.size()));
    bytes_ += value;
    return *this;
}

postgres_column& postgres_column::add(std::int64_t value) {
    ++count_;
    int const size = kind_ == element::big ? 8 : 4;
    put(static_cast<std::uint32_t>(size));
    append_big_endian(bytes_, static_cast<std::uint64_t>(value), size);
    return *this;
}

postgres_column& postgres_column::add_null() {
    ++count_;
    has_null_ = true;
    put(0xffffffff);
    return *this;
}

std::string_view postgres_column::binary() {
    std::string header;
    append_big_endian(header, 1, 4);
    append_big_endian(header, has_null_ ? 1 : 0, 4);
    append_big_endian(header, static_cast<std::uint32_t>(kind_), 4);
    append_big_endian(header, count_, 4);
    append_big_endian(header, 1, 4);
    bytes_.replace(0, header_size, header);
    return bytes_;
}

} // namespace sluice::gateway::tables
