// Forms and percent-encoding: what is decoded and encoded again decodes to the same.
#include "codecs/form.hpp"
#include "codecs/percent.hpp"
#include "tests/codecs/written.hpp"
#include "tests/fuzz/fuzz_target.hpp"

using namespace sluice::codecs;

SLUICE_FUZZ_TARGET(fuzz_form) {
    if (auto const fields = decode_form(input)) {
        auto const again =
            decode_form(sluice::tests::encode_form(*fields), {.size = 3 * input.size() + 16});
        require(again.has_value(), "what is encoded can be decoded");
        require(again->size() == fields->size(), "every field survives");
        for (std::size_t i = 0; i < fields->size(); ++i) {
            require((*again)[i].name == (*fields)[i].name, "names survive");
            require((*again)[i].value == (*fields)[i].value, "values survive");
        }
    }
    if (auto const decoded = percent_decode(input)) {
        std::string encoded;
        append_percent_encoded(encoded, *decoded);
        require(percent_decode(encoded).value() == *decoded, "text survives");
    }
}
