// The app's part in the tables: opening them beside the journal, what the configuration says about
// them, closing them at the end.
#include "gateway/agents/agent_number.hpp"
#include "gateway/serve/app.hpp"
#include "gateway/tables/postgres_backend.hpp"
#include "gateway/tables/sqlite_backend.hpp"

namespace sluice::gateway::serve {

namespace {

int exit_code_of(boost::system::error_code failed) {
    if (failed == tables::errc::unavailable) return exit_cannot_reach;
    bool const is_unreadable =
        failed == tables::errc::damaged || failed == tables::errc::newer_version;
    return is_unreadable ? exit_damaged : exit_cannot_write;
}

using opened_tables = tables::result<std::unique_ptr<tables::backend>>;
using telling = std::function<void(std::string const& what)>;

opened_tables open_sqlite(config::configuration const& settings, queue::wall_time now,
                          std::string& what, telling on_fatal) {
    tables::sqlite_options options;
    options.path = settings.data + "/tables.db";
    options.file.is_synchronous = settings.durable.mode != config::durability_mode::memory;
    options.now = now;
    options.on_fatal = std::move(on_fatal);
    auto opened = tables::sqlite_backend::open(std::move(options), what);
    if (!opened) return opened.error();
    return opened_tables(std::move(*opened));
}

// The schema is there: the cluster's member has joined.
opened_tables open_postgres(config::configuration const& settings, queue::wall_time now,
                            std::string& what, telling on_away, std::function<void()> on_back) {
    tables::postgres_options options;
    options.session.to.url = settings.storage.url.reveal();
    options.session.to.most_prepared = 64; // more than the tables have, and they change none
    options.session.to.application_name = "sluice tables";
    options.now = now;
    options.writer.on_away = std::move(on_away);
    options.writer.on_back = std::move(on_back);
    auto opened = tables::postgres_backend::open(std::move(options), what);
    if (!opened) return opened.error();
    return opened_tables(std::move(*opened));
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
    auto const on_main = [this](auto what_to_do) {
        return [this, what_to_do](auto const&... with) {
            boost::asio::post(main_, [what_to_do, with...] { what_to_do(with...); });
        };
    };
    bool const is_shared = settings_->storage.engine == config::store_kind::postgres;
    auto const where = is_shared ? std::string("PostgreSQL") : settings_->data + "/tables.db";
    auto const now = clock_.now().wall;
    auto on_fatal = on_main([this](std::string const& what) {
        log_.error("the tables' disk has failed", {{"error", what}});
        finish(exit_cannot_write);
    });
    auto on_away = on_main([this](std::string const& what) {
        log_.warn("the tables cannot be written: PostgreSQL is away", {{"reason", what}});
    });
    auto on_back = on_main([this] { log_.info("the tables can be written again"); });
    std::string what;
    auto opened = is_shared ? open_postgres(*settings_, now, what, on_away, on_back)
                            : open_sqlite(*settings_, now, what, on_fatal);
    if (!opened) {
        log_.error("cannot open the tables",
                   {{"in", where}, {"error", opened.error().message()}, {"reason", what}});
        return exit_code_of(opened.error());
    }
    tables_ = std::move(*opened);
    break_timer_ =
        std::make_unique<break_timer>(main_, break_timer::parts{*tables_, inbox_, clock_, log_});
    apply_tables(*settings_);
    auto const counts = tables_->counts();
    log_.info("tables read back", {{"in", where},
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
