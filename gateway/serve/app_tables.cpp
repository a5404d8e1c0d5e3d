// The app's part in the tables: opening them beside the journal, what the configuration says about
// them, closing them at the end.
#include "gateway/agents/agent_number.hpp"
#include "gateway/serve/app.hpp"
#include "gateway/tables/sqlite_backend.hpp"

namespace sluice::gateway::serve {

namespace {

int exit_code_of(boost::system::error_code failed) {
    bool const is_unreadable =
        failed == tables::errc::damaged || failed == tables::errc::newer_version;
    return is_unreadable ? exit_damaged : exit_cannot_write;
}

// Agents by the number that calls are compared with.
std::vector<tables::account_agents> agents_of(config::configuration const& settings) {
    std::vector<tables::account_agents> all;
    for (auto const& account : settings.accounts) {
        tables::account_agents one{account.id, {}};
        for (auto const& agent : account.agents) {
            one.clis.push_back(agents::agent_number(agent, account.country_code));
        }
        all.push_back(std::move(one));
    }
    return all;
}

} // namespace

int app::open_tables() {
    tables::sqlite_options options;
    options.path = settings_->data + "/tables.db";
    options.file.is_synchronous = settings_->durable.mode != config::durability_mode::memory;
    options.now = clock_.now().wall;
    options.on_fatal = [this](std::string const& what) {
        boost::asio::post(main_, [this, what] {
            log_.error("the tables' disk has failed", {{"error", what}});
            finish(exit_cannot_write);
        });
    };
    auto const path = options.path;
    std::string what;
    auto opened = tables::sqlite_backend::open(std::move(options), what);
    if (!opened) {
        log_.error("cannot open the tables",
                   {{"file", path}, {"error", opened.error().message()}, {"reason", what}});
        return exit_code_of(opened.error());
    }
    tables_ = std::move(*opened);
    break_timer_ =
        std::make_unique<break_timer>(main_, break_timer::parts{*tables_, inbox_, clock_, log_});
    apply_tables(*settings_);
    auto const counts = tables_->counts();
    log_.info("tables read back", {{"file", path},
                                   {"links", counts.links},
                                   {"users", counts.users},
                                   {"agents", counts.agents}});
    return exit_ok;
}

void app::apply_tables(config::configuration const& settings) {
    auto const& limit = settings.limit;
    tables_->limit({limit.links, limit.users, limit.agents, limit.idempotency_keys});
    tables_->configure_agents(agents_of(settings));
    call::guess_guard::options guessing;
    guessing.misses = settings.built_in.guesses;
    guessing.period = settings.built_in.guess_period;
    guesses_.use(guessing);
    break_timer_->settle();
}

void app::close_tables() {
    if (tables_->close()) return;
    log_.error("the clicks of the last second could not be saved");
    if (exit_code_ == exit_ok) exit_code_ = exit_cannot_write;
}

} // namespace sluice::gateway::serve
