// What the program ends with when its database cannot be used. The one list, for `serve` and for
// the commands that look at the store.
#pragma once

#include <boost/system/error_code.hpp>

namespace sluice::gateway::serve {

// Of an error of sluice::queue::postgres: 78 where an administrator must change something (a right,
// a setting of the server, the program's version), 73 for a name in use, as for a data directory in
// use, 65 where what was acknowledged is not there any more, else 69: it cannot be reached.
int exit_code_of_store(boost::system::error_code failed);

// Of an error that ends the journal, wherever it is kept: 65 for damage, 73 for a disk that cannot
// be written, and as above where it is kept in PostgreSQL.
int exit_code_of_journal(boost::system::error_code failed);

} // namespace sluice::gateway::serve
