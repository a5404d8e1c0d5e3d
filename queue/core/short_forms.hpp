// Times, places in the journal and pointers as a task's node holds them, in fewer bytes. Values;
// read and written as what they stand for.
#pragma once

#include "queue/core/task.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace sluice::queue {

// 6 bytes instead of 8: milliseconds for 4400 years before and behind 1970; what lies beyond is
// held as the first or the last of them.
class short_time {
  public:
    short_time() = default;
    short_time(wall_time t) { // NOLINT: it is one
        auto const count = std::clamp<std::int64_t>(t.time_since_epoch().count(), -most, most);
        low_ = {half(count), half(count >> 16), half(count >> 32)};
    }
    operator wall_time() const { // NOLINT: it is one
        auto const high = static_cast<std::int64_t>(static_cast<std::int16_t>(low_[2]));
        std::int64_t const count =
            high * (std::int64_t{1} << 32) +
            static_cast<std::int64_t>(std::uint32_t{low_[1]} << 16 | low_[0]);
        return wall_time{wall_time::duration{count}};
    }

  private:
    static constexpr std::int64_t most = (std::int64_t{1} << 47) - 1;
    static std::uint16_t half(std::int64_t bits) { return static_cast<std::uint16_t>(bits); }

    std::array<std::uint16_t, 3> low_{}; // the lowest bits first
};
static_assert(sizeof(short_time) == 6);

// 12 bytes instead of 16: a segment is shorter than 4 GiB.
struct short_location {
    std::uint32_t segment = 0;
    std::uint32_t length = 0;
    std::uint32_t offset = 0;

    short_location() = default;
    short_location(location const& l) // NOLINT: it is one
        : segment(l.segment)
        , length(l.length)
        , offset(static_cast<std::uint32_t>(l.offset)) {
        if (offset != l.offset) std::abort(); // it would be read from the wrong place
    }
    operator location() const { return {segment, length, offset}; } // NOLINT: it is one
};

// 6 bytes instead of 8: a process has addresses of 48 bits at the most.
template <class T>
class short_pointer {
  public:
    short_pointer() = default;
    short_pointer(T* to) { // NOLINT: it is one
        auto const bits = reinterpret_cast<std::uintptr_t>(to);
        if (bits >> 48 != 0) std::abort(); // it would point elsewhere
        static_assert(std::endian::native == std::endian::little);
        std::memcpy(low_.data(), &bits, sizeof low_);
    }
    explicit operator bool() const { return get() != nullptr; }
    T* get() const { // two loads: it is asked some sixty times in a task's life
        static_assert(std::endian::native == std::endian::little);
        std::uint32_t low = 0;
        std::memcpy(&low, low_.data(), sizeof low);
        return reinterpret_cast<T*>(std::uintptr_t{low_[2]} << 32 | low);
    }
    T* operator->() const { return get(); }
    T& operator*() const { return *get(); }

  private:
    std::array<std::uint16_t, 3> low_{}; // the lowest bits first
};
static_assert(sizeof(std::uintptr_t) == 8);

} // namespace sluice::queue
