// Millions of small values that never move and never go: a vector in regions of address space,
// which take memory as they are filled, after the first two MiB in large pages. A look into the
// middle of it then costs one miss of the processor's cache, and none of its table of addresses.
// Owned by one object of the core; not thread-safe.
#pragma once

#include "queue/core/huge_pages.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <new>
#include <span>
#include <type_traits>
#include <vector>

namespace sluice::queue {

template <class T, std::size_t RegionSize = std::size_t{1} << 20>
class slab {
    static_assert(std::has_single_bit(RegionSize));
    static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);

  public:
    slab() = default;
    ~slab() {
        for (T* const region : regions_)
            ::munmap(region, region_bytes);
    }
    slab(slab const&) = delete;
    slab& operator=(slab const&) = delete;

    std::size_t size() const { return size_; }

    T& operator[](std::size_t i) { return regions_[i / RegionSize][i % RegionSize]; }
    T const& operator[](std::size_t i) const { return regions_[i / RegionSize][i % RegionSize]; }

    void push_back(T const& value) {
        if (size_ == regions_.size() * RegionSize) add_region();
        ::new (static_cast<void*>(&(*this)[size_])) T(value);
        ++size_;
    }

    // Memory of elements that are yet to come: from number `first` on, `most` of them, or fewer at
    // a region's end. Precondition: first >= size(), and not beyond the end of the last region that
    // was made; at that end the next one is.
    std::span<std::byte> room(std::size_t first, std::size_t most) {
        if (first == regions_.size() * RegionSize) add_region();
        auto const count = std::min(most, RegionSize - first % RegionSize);
        return std::as_writable_bytes(std::span(&(*this)[first], count));
    }

  private:
    static constexpr std::size_t region_bytes = RegionSize * sizeof(T);

    void add_region() {
        regions_.reserve(regions_.size() + 1);
        void* const begin = ::mmap(nullptr, region_bytes, PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (begin == MAP_FAILED) throw std::bad_alloc();
        // A queue with little in it takes little.
        std::size_t const small = regions_.empty() ? std::size_t{2} << 20 : 0;
        if (region_bytes > small) {
            prefer_huge_pages(static_cast<std::byte*>(begin) + small, region_bytes - small);
        }
        regions_.push_back(static_cast<T*>(begin));
    }

    std::vector<T*> regions_;
    std::size_t size_ = 0;
};

} // namespace sluice::queue
