// Variables of a call: any body in any format yields named variables or an error that says why.
#include "codecs/variables.hpp"
#include "tests/fuzz/fuzz_target.hpp"

using namespace sluice::codecs;

SLUICE_FUZZ_TARGET(fuzz_variables) {
    name_rules const rules{.system_names = {{"flowID", "$flow.syskey.flowID"}},
                           .plain_names = {"method"}};
    for (auto const kind : {media_kind::json, media_kind::xml, media_kind::form}) {
        auto const decoded = decode_variables(kind, input, rules);
        if (!decoded) {
            require(!decoded.error().detail.empty(), "an error has a detail");
            continue;
        }
        for (auto const& each : *decoded) {
            require(each.name == "method" || each.name.starts_with('$'), "names are full");
            require(each.is_list || each.values.size() == 1, "what is no list has one value");
            require(decoded->find(each.name) == &each, "every name stands once");
        }
    }
}
