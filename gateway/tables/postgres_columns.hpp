// Many values in one parameter: arrays in PostgreSQL's binary form, so that one statement carries
// a whole batch and no byte needs quoting.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::tables {

enum class element : std::uint32_t { bytes = 17, big = 20, integer = 23, text = 25 }; // their oids

// One column: `$1::bytea[]`, `$1::bigint[]`, `$1::integer[]` or `$1::text[]`.
class postgres_column {
  public:
    explicit postgres_column(element kind);

    postgres_column& add(std::string_view value); // bytes, text
    postgres_column& add(std::int64_t value);     // big, integer
    postgres_column& add_null();
    // What parameters::add_bytes takes; valid until the next value.
    std::string_view binary();

    std::size_t size() const { return count_; }

  private:
    void put(std::uint32_t value);

    element kind_;
    std::string bytes_;
    std::uint32_t count_ = 0;
    bool has_null_ = false;
};

} // namespace sluice::gateway::tables
