#include "gateway/serve/store_exit.hpp"

#include "gateway/telemetry/exit_code.hpp"
#include "queue/journal/journal_error.hpp"
#include "queue/postgres/postgres_error.hpp"

namespace sluice::gateway::serve {

int exit_code_of_store(boost::system::error_code failed) {
    using queue::postgres::postgres_errc;
    if (failed.category() != queue::postgres::postgres_category()) return exit_cannot_reach;
    switch (static_cast<postgres_errc>(failed.value())) {
    case postgres_errc::unsuitable:
    case postgres_errc::newer_schema:
    case postgres_errc::missing_right:
        return exit_configuration;
    case postgres_errc::name_in_use:
    case postgres_errc::fenced:
    case postgres_errc::adopted:
        return exit_cannot_write;
    case postgres_errc::missing:
    case postgres_errc::conflict:
        return exit_damaged;
    case postgres_errc::unreachable:
    case postgres_errc::unknown:
    case postgres_errc::refused:
        return exit_cannot_reach;
    }
    return exit_cannot_reach;
}

int exit_code_of_journal(boost::system::error_code failed) {
    if (failed == queue::journal_errc::damaged) return exit_damaged;
    bool const is_of_store = failed.category() == queue::postgres::postgres_category();
    return is_of_store ? exit_code_of_store(failed) : exit_cannot_write;
}

} // namespace sluice::gateway::serve
