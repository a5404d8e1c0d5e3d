// The journal's own errors; the disk's come as they are (system category).
#pragma once

#include <boost/system/error_code.hpp>

#include <type_traits>

namespace sluice::queue {

enum class journal_errc {
    damaged = 1,  // bytes that were known to be synced are bad; replay_report::damage says where
    in_use,       // another process holds the directory
    newer_format, // written by a version that we do not know
    ends_early,   // a file is shorter than it must be
    bad_checksum, // what was read back is not what was written
    not_kept,     // no such finished task in the history
    failed        // a sync failed before: the journal takes nothing any more
};

boost::system::error_category const& journal_category();
inline boost::system::error_code make_error_code(journal_errc e) {
    return {static_cast<int>(e), journal_category()};
}

} // namespace sluice::queue

template <>
struct boost::system::is_error_code_enum<sluice::queue::journal_errc> : std::true_type {};
