// Declares a fuzz target: a function that takes any bytes, must not crash, and says when what it
// knows to hold does not. Built alone with SLUICE_LIBFUZZER it is a libFuzzer program; without, the
// unit tests run it over seeded mutations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace sluice::fuzz {

// Reports a property that does not hold: libFuzzer wants the program to end, a test an exception.
inline void require(bool holds, char const* property) {
    if (holds) return;
#ifdef SLUICE_LIBFUZZER
    std::fprintf(stderr, "does not hold: %s\n", property);
    std::abort();
#else
    throw std::logic_error(property);
#endif
}

} // namespace sluice::fuzz

#ifdef SLUICE_LIBFUZZER
#define SLUICE_FUZZ_TARGET(name)                                                                   \
    namespace sluice::fuzz {                                                                       \
    void name(std::string_view input);                                                             \
    }                                                                                              \
    extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {            \
        sluice::fuzz::name({reinterpret_cast<char const*>(data), size});                           \
        return 0;                                                                                  \
    }                                                                                              \
    void sluice::fuzz::name(std::string_view input)
#else
#define SLUICE_FUZZ_TARGET(name)                                                                   \
    namespace sluice::fuzz {                                                                       \
    void name(std::string_view input);                                                             \
    }                                                                                              \
    void sluice::fuzz::name(std::string_view input)
#endif
