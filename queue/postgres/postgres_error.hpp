// What can come of a statement, as one must act on it.
#pragma once

#include <boost/system/error_code.hpp>

#include <type_traits>

namespace sluice::queue::postgres {

enum class postgres_errc {
    unreachable = 1, // no connection: nothing was done
    unknown,         // the connection was lost before the answer: it may or may not have been done
    refused,         // the server answered with an error: nothing was done
    fenced,          // another gateway owns the log now: nothing was done
    conflict,        // other bytes stand where these were to be written
    missing,         // what was acknowledged is not there any more: a replica without it leads
    adopted,         // another gateway has taken these tasks over already: nothing was done
    // At start alone:
    unsuitable,    // acknowledged tasks would not be safe in it, or it is too old
    newer_schema,  // a newer program has made the schema
    missing_right, // the role may not do what is needed
    name_in_use,   // another gateway lives under this name
};

boost::system::error_category const& postgres_category();
inline boost::system::error_code make_error_code(postgres_errc e) {
    return {static_cast<int>(e), postgres_category()};
}

} // namespace sluice::queue::postgres

template <>
struct boost::system::is_error_code_enum<sluice::queue::postgres::postgres_errc> : std::true_type {
};
