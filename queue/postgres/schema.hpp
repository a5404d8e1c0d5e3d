// The schema `sluice` of the database: made by the first gateway that comes, brought up to date by
// the first one of a newer version, under a lock; nobody runs a script by hand. Blocking.
//
// A version is a list of scripts. To change what is there: a new script of the next number beside
// the old ones, never a change of a script that was released.
#pragma once

#include "queue/postgres/connection.hpp"

#include <boost/system/result.hpp>

#include <string>

namespace sluice::queue::postgres {

inline constexpr int schema_version = 2;

// What is there, as `sluice store check` shows it and a start looks at it.
struct schema_state {
    int version = 0;        // of the schema; 0: there is none
    std::string cluster_id; // made with the schema: tells one cluster from another
    std::string server;     // "15.14"
    std::string database;
    std::string role;          // whom we are connected as
    std::string standby_names; // synchronous_standby_names
    bool is_read_only = false; // a standby
    bool is_fsync_on = true;
    bool sees_standbys = false; // may read who they are (pg_monitor)
    std::string missing_right;  // the first that the role lacks, in words; empty: none
};

// Reads and changes nothing. Errors: those of the connection; missing_right where the schema may
// not even be looked at. `why` is then filled in.
boost::system::result<schema_state> inspect_schema(connection& to, std::string& why);

// Makes the schema or brings it up to date, and looks whether it can be worked with. Errors, with
// `why` filled in: unsuitable (fsync is off, the server is too old), newer_schema, missing_right,
// unreachable (also where this is a standby), unknown (to be repeated on a new connection).
boost::system::result<schema_state> prepare_schema(connection& to, std::string& why);

} // namespace sluice::queue::postgres
