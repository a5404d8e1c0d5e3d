#include "gateway/tables/error.hpp"

#include <string>

namespace sluice::gateway::tables {

namespace {

class category final : public boost::system::error_category {
  public:
    char const* name() const noexcept override { return "sluice.tables"; }
    std::string message(int code) const override;
};

std::string category::message(int code) const {
    switch (static_cast<errc>(code)) {
    case errc::disk_full:
        return "The disk has no room; nothing was kept.";
    case errc::overloaded:
        return "Too many writes wait for the disk.";
    case errc::unavailable:
        return "The database cannot be reached; nothing was kept.";
    case errc::stopping:
        return "The gateway is stopping.";
    case errc::table_full:
        return "The table is full.";
    case errc::outcome_unknown:
        return "What keeps the tables failed while this was written; it may or may not be kept.";
    case errc::too_many_keys:
        return "There would be more variables than limits.user_keys.";
    case errc::unknown_agent:
        return "The account has no such agent.";
    case errc::too_many_plans:
        return "The agent has too many changes of breaks planned already.";
    case errc::key_conflict:
        return "This Idempotency-Key was used before with another request.";
    case errc::answer_too_long:
        return "The answer is too long to be kept for an Idempotency-Key.";
    case errc::damaged:
        return "The tables' file is damaged, or is no database.";
    case errc::newer_version:
        return "A newer version of the program wrote the tables' file.";
    case errc::cannot_open:
        return "The tables' file cannot be opened.";
    }
    return "Unknown error.";
}

} // namespace

boost::system::error_category const& tables_category() {
    static category const instance;
    return instance;
}

} // namespace sluice::gateway::tables
