// A value that most of its owners do not have: eight bytes where it is missing, an allocation
// where it is not. Copies are deep, so that what holds one is copied as a whole and no field of it
// is forgotten. Not safe to share between threads.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace sluice::queue {

template <class T>
class boxed {
  public:
    boxed() = default;
    boxed(std::nullptr_t) {}
    boxed(std::unique_ptr<T> value)
        : value_(std::move(value)) {}
    boxed(T value)
        : value_(std::make_unique<T>(std::move(value))) {}
    boxed(boxed&&) noexcept = default;
    boxed& operator=(boxed&&) noexcept = default;
    boxed(boxed const& other)
        : value_(other ? std::make_unique<T>(*other) : nullptr) {}
    boxed& operator=(boxed const& other) { return *this = boxed(other); }
    ~boxed() = default;

    explicit operator bool() const { return value_ != nullptr; }
    T& operator*() { return *value_; }
    T const& operator*() const { return *value_; }
    T* operator->() { return value_.get(); }
    T const* operator->() const { return value_.get(); }
    T* get() { return value_.get(); } // null where there is none
    T const* get() const { return value_.get(); }

    // The value, made now where there is none.
    T& made() {
        if (!value_) value_ = std::make_unique<T>();
        return *value_;
    }

  private:
    std::unique_ptr<T> value_;
};

} // namespace sluice::queue
