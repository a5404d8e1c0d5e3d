// Where the variables of a template stand, which decides how their values are escaped. Used when a
// template is compiled; pure functions; any thread.
#pragma once

#include "codecs/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::codecs {

// What the text is, which decides how values are escaped.
enum class template_format {
    // Values as they are.
    plain,
    // A JSON document. Inside a string a value is escaped; standing alone it is written as a
    // number,
    // true, false or null if it is one, else as a string.
    json,
    // An XML document. Variables may stand in character data and in attribute values.
    xml,
    // application/x-www-form-urlencoded.
    form,
    // A URL. Variables may stand in the path, the query and the fragment, not before them.
    url,
    // The value of a header field: control characters are refused.
    header,
};

// The place of one variable.
enum class template_place {
    plain,
    // Inside a JSON string.
    json_string,
    // Alone, where a JSON value stands.
    json_value,
    xml_text,
    xml_attribute,
    form,
    // In the path of a URL.
    path,
    // In the query or the fragment of a URL.
    query,
    header,
};

struct placed_name {
    // As it was written, at its longest.
    std::string name;
    std::size_t offset = 0;
    // Lengths at which the name may end, longest first.
    std::vector<std::size_t> ends;
    // The length that it is reported with when it is not set.
    std::size_t unset_size = 0;
    template_place place = template_place::plain;
};

// The variables of `text` in their order, without places.
[[nodiscard]] std::vector<placed_name> find_template_names(std::string_view text);

// What looks like a variable and can never be one, or never has a value.
struct doubtful_name {
    std::size_t offset = 0;
    std::string detail{};
};

// Every `$` whose name is a slip of the pen: `$flow.keyy.x`, `$user.foo.x`, `$sys.date`, a name of
// the platform's in other letter case (`$flow.syskey.flowId`). It would be sent as it stands.
[[nodiscard]] std::vector<doubtful_name> find_doubtful_names(std::string_view text);

// Finds the place of each name and checks that the text is sound in its format whatever the values
// are. A blank text is sound as JSON and XML: it stands for no body.
[[nodiscard]] std::optional<decode_error> place_names(std::string_view text, template_format format,
                                                      std::vector<placed_name>& names);

// The part of a URL between its authority and its query or fragment.
[[nodiscard]] std::string_view url_path(std::string_view url) noexcept;

} // namespace sluice::codecs
