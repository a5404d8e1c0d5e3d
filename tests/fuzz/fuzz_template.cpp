// Templates: whatever compiles, renders into its format with any value. The input is the template,
// then a NUL, then the value; without a NUL it is both.
#include "codecs/json.hpp"
#include "codecs/template.hpp"
#include "codecs/utf8.hpp"
#include "codecs/xml.hpp"
#include "tests/fuzz/fuzz_target.hpp"

using namespace sluice::codecs;

SLUICE_FUZZ_TARGET(fuzz_template) {
    auto const nul = std::min(input.find('\0'), input.size());
    auto const text = input.substr(0, nul);
    auto const value = nul == input.size() ? input : input.substr(nul + 1);
    if (find_invalid_utf8(value)) return;
    auto const lookup = [value](std::string_view name) -> std::optional<std::string_view> {
        if (name.ends_with("unset")) return std::nullopt;
        return value;
    };
    for (auto const format :
         {template_format::plain, template_format::json, template_format::xml,
          template_format::form, template_format::url, template_format::header}) {
        auto const compiled = text_template::compile(text, format);
        if (!compiled) continue;
        std::string out;
        auto const report = compiled->render(lookup, out);
        if (!report.ok()) continue;
        bool const is_blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
        if (format == template_format::json && !is_blank) {
            // Names of an object may become equal by their values; nothing else may be wrong.
            auto const checked = check_json(out, {.size = out.size()});
            require(checked.has_value() || checked.error().code == errc::duplicate_name,
                    "JSON stays JSON");
        }
        if (format == template_format::xml && !is_blank) {
            require(check_xml(out).has_value(), "XML stays XML");
        }
        if (format == template_format::header) {
            require(out.find_first_of("\r\n") == out.npos, "a header stays one line");
        }
    }
}
