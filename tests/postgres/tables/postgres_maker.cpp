#include "tests/postgres/tables/postgres_maker.hpp"

#include "queue/postgres/schema_scripts.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

namespace sluice::gateway::tables::test {

namespace {

// Makes more backends of what another one made.
class beside final : public backend_maker {
  public:
    explicit beside(postgres_maker& first)
        : first_(first) {}

    result<std::unique_ptr<backend>> open(backend_options const& with, std::string& what) override {
        return first_.open(with, what);
    }
    void kill(std::unique_ptr<backend> running) override { first_.kill(std::move(running)); }
    std::int64_t kept_answers() override { return first_.kept_answers(); }
    bool holds(std::string_view bytes) override { return first_.holds(bytes); }

  private:
    postgres_maker& first_;
};

std::string hex(std::string_view bytes) {
    std::string text;
    for (unsigned char const c : bytes)
        text += fmt::format("{:02x}", c);
    return text;
}

} // namespace

std::unique_ptr<backend_maker> make_backend_maker() {
    return std::make_unique<postgres_maker>();
}

// Without fsync a database is made in a tenth of the time; no test pulls the plug.
tests::postgres_server& hasty_postgres() {
    static tests::postgres_server server({.is_fsync_on = false, .settings = {}});
    return server;
}

postgres_maker::postgres_maker()
    : postgres_maker(hasty_postgres()) {}

postgres_maker::postgres_maker(tests::postgres_server& in)
    : server_(in)
    , database_(in.make_database_name()) {
    sql(std::string("CREATE SCHEMA sluice;") + queue::postgres::table_schema_1);
    options.writer.period = std::chrono::milliseconds(50);
}

result<std::unique_ptr<backend>> postgres_maker::open(backend_options const& with,
                                                      std::string& what) {
    auto how = options;
    how.session.to.url = url();
    how.now = with.now;
    how.codes = with.codes;
    auto opened = postgres_backend::open(std::move(how), what);
    if (!opened) return opened.error();
    return std::unique_ptr<backend>(std::move(*opened));
}

std::string postgres_maker::url() const {
    if (standby) return tests::joint_url(server_, *standby, database_);
    return server_.url("postgres", database_);
}

void postgres_maker::cut_off() {
    server_.sql(fmt::format("ALTER DATABASE {} ALLOW_CONNECTIONS false", database_));
    server_.sql(fmt::format("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                            "WHERE datname = '{}'",
                            database_));
}

void postgres_maker::let_in() {
    server_.sql(fmt::format("ALTER DATABASE {} ALLOW_CONNECTIONS true", database_));
}

void postgres_maker::kill(std::unique_ptr<backend> running) {
    killed_.push_back(std::move(running));
}

std::int64_t postgres_maker::kept_answers() {
    return std::stoll(sql("SELECT count(*) FROM sluice.kept_answer"));
}

// But for table_change, which names whom a change was about until it is trimmed.
bool postgres_maker::holds(std::string_view bytes) {
    for (auto const* table : {"link", "user_key", "agent", "agent_break", "kept_answer"}) {
        auto const count = sql(
            fmt::format("SELECT count(*) FROM sluice.{0} AS t WHERE position('{1}' IN t::text) > 0 "
                        "OR position('{2}' IN t::text) > 0",
                        table, bytes, hex(bytes)));
        if (count != "0") return true;
    }
    return false;
}

postgres_fixture::postgres_fixture()
    : postgres_fixture(hasty_postgres()) {}

postgres_fixture::postgres_fixture(tests::postgres_server& in)
    : backend_fixture(std::make_unique<postgres_maker>(in))
    , postgres(static_cast<postgres_maker&>(maker())) {}

postgres_fixture::gateway::gateway(postgres_maker& of)
    : backend_fixture(std::make_unique<beside>(of)) {
    BOOST_REQUIRE(!open());
}

} // namespace sluice::gateway::tables::test
