// Content-Type and Accept: any field yields a kind, an offer or a refusal.
#include "codecs/media_type.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <array>

using namespace sluice::codecs;

SLUICE_FUZZ_TARGET(fuzz_media_type) {
    auto const parsed = parse_media_type(input);
    if (parsed) {
        require(!parsed->type.empty() && !parsed->subtype.empty(), "both parts are there");
    } else {
        require(parsed.error().where.offset <= input.size(), "the place lies in the field");
    }
    static constexpr std::array<std::string_view, 2> offers{"application/json", "application/xml"};
    auto const chosen = negotiate_media_type(input, offers);
    require(!chosen || *chosen < offers.size(), "an offer is chosen");
    (void)body_kind(input);
}
