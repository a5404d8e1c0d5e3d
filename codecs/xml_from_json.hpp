// JSON that the gateway has written, said in XML, for answers of calls that have one shape and no
// writer for each format. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace sluice::codecs {

// Appends a JSON object as <response>: each member is an element of its name, an array is the
// element repeated, null is an empty element, and variables ([{"name","value"}]) are
// <keys><key name="…">…</key></keys> under their member's name. A name that XML does not have is
// written as <member name="…">. `json` must be what check_json takes.
void append_json_as_xml(std::string& out, std::string_view json);

} // namespace sluice::codecs
