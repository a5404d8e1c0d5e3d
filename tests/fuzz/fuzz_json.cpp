// JSON: what is checked can be built, scanned and looked into, and one verdict holds for both ways.
#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <boost/json/serialize.hpp>

using namespace sluice::codecs;

SLUICE_FUZZ_TARGET(fuzz_json) {
    auto const checked = check_json(input);
    auto const parsed = parse_json(input);
    require(checked.has_value() == parsed.has_value(), "checking and parsing agree");
    if (!checked) {
        require(checked.error().where.offset <= input.size(), "the place lies in the text");
        // Scanning what was refused yields nothing of use, but must be safe.
        (void)json_members(input);
        (void)json_text(input);
        return;
    }
    if (auto const* const object = parsed->if_object()) {
        auto const members = json_members(input);
        require(members.size() == object->size(), "the scanner sees every member");
        for (auto const& member : members) {
            require(object->contains(member.name()), "names are unescaped alike");
            require(check_json(member.value).has_value(), "each raw value is JSON");
        }
    } else if (auto const* const array = parsed->if_array()) {
        require(json_elements(input).size() == array->size(), "the scanner sees every element");
    } else if (auto const* const text = parsed->if_string()) {
        require(json_text(input) == std::string_view(*text), "strings are unescaped alike");
    }
    std::string escaped;
    append_json_string(escaped, input);
    require(check_json(escaped, {.size = escaped.size()}).has_value(), "escaped text is a string");
}
