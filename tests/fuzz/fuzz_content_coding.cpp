// Content codings: any bytes under any label end in a body within the bounds, or in an error. The
// first byte chooses the label.
#include "codecs/content_coding.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <array>

using namespace sluice::codecs;

SLUICE_FUZZ_TARGET(fuzz_content_coding) {
    static constexpr std::array<std::string_view, 5> labels{"gzip", "deflate", "zstd",
                                                            "gzip, deflate", "zstd, br"};
    if (input.empty()) return;
    auto const label = labels[static_cast<unsigned char>(input.front()) % labels.size()];
    auto const coded = input.substr(1);
    inflate_limits const limits{4096, 50};
    auto const decoded = decode_content(coded, label, limits);
    if (!decoded) return;
    require(decoded->size() <= limits.size, "the size is bounded");
    require(decoded->size() <= coded.size() * limits.ratio, "the ratio is bounded");
}
