#include "queue/postgres/postgres_error.hpp"

#include <string>

namespace sluice::queue::postgres {

namespace {

class postgres_errors final : public boost::system::error_category {
  public:
    char const* name() const noexcept override { return "sluice.postgres"; }
    std::string message(int value) const override {
        switch (static_cast<postgres_errc>(value)) {
        case postgres_errc::unreachable:
            return "PostgreSQL cannot be reached.";
        case postgres_errc::unknown:
            return "The connection to PostgreSQL was lost before it answered.";
        case postgres_errc::refused:
            return "PostgreSQL refused a statement.";
        case postgres_errc::fenced:
            return "Another gateway has taken this gateway's log over.";
        case postgres_errc::conflict:
            return "Other bytes stand in the log where these were to be written.";
        case postgres_errc::missing:
            return "What was acknowledged is missing from the log: a replica that had not "
                   "received it leads now.";
        case postgres_errc::adopted:
            return "Another gateway has taken these tasks over already.";
        case postgres_errc::unsuitable:
            return "This PostgreSQL cannot be used.";
        case postgres_errc::newer_schema:
            return "A newer program has made the schema.";
        case postgres_errc::missing_right:
            return "The role lacks a right in PostgreSQL.";
        case postgres_errc::name_in_use:
            return "Another gateway lives under this name.";
        }
        return "Unknown error of PostgreSQL.";
    }
};

} // namespace

boost::system::error_category const& postgres_category() {
    static postgres_errors const instance;
    return instance;
}

} // namespace sluice::queue::postgres
