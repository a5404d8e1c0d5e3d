// XML: what the scanner passes pugixml can read, and what is written of it passes again.
#include "codecs/xml.hpp"
#include "codecs/xml_encoding.hpp"
#include "tests/codecs/written.hpp"
#include "tests/fuzz/fuzz_target.hpp"

using namespace sluice::codecs;

SLUICE_FUZZ_TARGET(fuzz_xml) {
    auto const decoded = xml_to_utf8(input);
    auto const parsed = parse_xml(input);
    if (!decoded) {
        require(parsed.has_error(), "what cannot be decoded is not parsed");
        return;
    }
    auto const checked = check_xml(*decoded);
    require(checked.has_value() == parsed.has_value(), "what is well-formed is parsed");
    if (!parsed) return;
    auto const again = parse_xml(sluice::tests::xml_text_of(parsed->root()));
    require(again.has_value(), "what is written is well-formed");
    require(xml_string_value(again->root()) == xml_string_value(parsed->root()), "text survives");
}
