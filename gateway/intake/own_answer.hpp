// What calls that the gateway answers itself, from its tables, have in common: the content types
// and the refusals of a write.
#pragma once

#include "codecs/media_type.hpp"
#include "gateway/call/refusal.hpp"

#include <boost/system/error_code.hpp>

#include <string_view>

namespace sluice::gateway::intake {

// XML for `xml`, CSV for `csv`, JSON for everything else.
inline std::string_view own_content_type(codecs::media_kind format) {
    if (format == codecs::media_kind::csv) return "text/csv; charset=utf-8";
    return format == codecs::media_kind::xml ? "application/xml" : "application/json";
}

// The table from the tables' errors to statuses.
call::refusal refused_by_tables(boost::system::error_code ec);

} // namespace sluice::gateway::intake
