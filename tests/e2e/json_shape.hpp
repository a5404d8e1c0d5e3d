// Whether a JSON value has the shape that a schema of the interface's description asks for: types,
// required members, items and enumerations, through references. Not formats and bounds.
#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace sluice::tests::e2e {

// The first place where `value` is not as `schema` says, as "/tasks/0/id: is no string"; empty
// where it is. References are looked up in `document`.
std::string shape_defect(boost::json::value const& value, boost::json::value const& schema,
                         boost::json::value const& document);

} // namespace sluice::tests::e2e
