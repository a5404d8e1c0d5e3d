// How Boost.Test prints the codes and kinds of the codecs when a comparison fails.
#pragma once

#include "codecs/error.hpp"
#include "codecs/media_type.hpp"

#include <ostream>

namespace sluice::codecs {

inline std::ostream& operator<<(std::ostream& out, errc code) {
    return out << make_error_code(code).message();
}

inline std::ostream& operator<<(std::ostream& out, media_kind kind) {
    return out << "media_kind " << static_cast<int>(kind);
}

} // namespace sluice::codecs
