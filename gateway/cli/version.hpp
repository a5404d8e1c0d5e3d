// Which Sluice this is. Constants that the build fills in.
#pragma once

#include <string>
#include <string_view>

namespace sluice::gateway {

inline constexpr std::string_view version = SLUICE_VERSION;
inline constexpr std::string_view revision = SLUICE_REVISION;
inline constexpr std::string_view compiler = SLUICE_COMPILER;

// "sluice 0.1.0 (revision, compiler)"
inline std::string version_text() {
    return std::string("sluice ")
        .append(version)
        .append(" (")
        .append(revision)
        .append(", ")
        .append(compiler)
        .append(")");
}

} // namespace sluice::gateway
