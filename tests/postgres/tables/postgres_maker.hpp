// Backends over a database of its own in the tests' PostgreSQL; several of one database are the
// gateways of a cluster.
#pragma once

#include "gateway/tables/postgres_backend.hpp"
#include "tests/gateway/tables/backend_fixture.hpp"
#include "tests/support/postgres_server.hpp"

#include <memory>
#include <string>
#include <vector>

namespace sluice::gateway::tables::test {

class postgres_maker final : public backend_maker {
  public:
    // In a server that all tests share, or in one that the test does things to.
    postgres_maker();
    explicit postgres_maker(tests::postgres_server& in);

    result<std::unique_ptr<backend>> open(backend_options const& with, std::string& what) override;
    void kill(std::unique_ptr<backend> running) override;
    std::int64_t kept_answers() override;
    bool holds(std::string_view bytes) override;

    std::string sql(std::string const& text) { return server_.sql(text, database_); }
    std::string url() const;
    // Nobody can reach the database; and can again.
    void cut_off();
    void let_in();

    tests::postgres_server* standby = nullptr; // that may lead instead
    postgres_options options;                  // URL, now and codes are set by open

  private:
    tests::postgres_server& server_;
    std::string database_;
    std::vector<std::unique_ptr<backend>> killed_; // they know of no change from then on
};

// A cluster of gateways over one database; `tables` is one of them.
struct postgres_fixture : backend_fixture {
    postgres_fixture();
    explicit postgres_fixture(tests::postgres_server& in);

    // One more gateway, which has seen everything until now.
    struct gateway : backend_fixture {
        explicit gateway(postgres_maker& beside);
    };
    std::unique_ptr<gateway> another() { return std::make_unique<gateway>(postgres); }

    postgres_maker& postgres;
};

} // namespace sluice::gateway::tables::test
