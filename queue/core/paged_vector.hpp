// A vector that grows by pages: no element ever moves and no growth copies what is there, so that
// ten million elements cost no pause. Owned by one object of the core; not thread-safe; never
// gives a page back except the second one that lies empty at the end.
#pragma once

#include <bit>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace sluice::queue {

template <class T, std::size_t PageSize = 256>
class paged_vector {
    static_assert(std::has_single_bit(PageSize));

  public:
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    T& operator[](std::size_t i) { return pages_[i / PageSize][i % PageSize]; }
    T const& operator[](std::size_t i) const { return pages_[i / PageSize][i % PageSize]; }
    T& back() { return (*this)[size_ - 1]; }

    void push_back(T value) { extend() = std::move(value); }

    // One element more, as it lies there: fresh, or as it was when pop_back took it away.
    T& extend() {
        if (size_ == pages_.size() * PageSize) {
            pages_.push_back(std::make_unique_for_overwrite<T[]>(PageSize));
        }
        return (*this)[size_++];
    }

    // One empty page stays, so that a size that swings about a page's end allocates nothing.
    void pop_back() {
        --size_;
        if (pages_.size() * PageSize - size_ >= 2 * PageSize) pages_.pop_back();
    }

  private:
    std::vector<std::unique_ptr<T[]>> pages_;
    std::size_t size_ = 0;
};

} // namespace sluice::queue
