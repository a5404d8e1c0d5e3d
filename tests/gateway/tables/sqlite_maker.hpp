// Backends over an SQLite file in a directory of its own.
#pragma once

#include "gateway/tables/sqlite_backend.hpp"
#include "tests/gateway/tables/backend_fixture.hpp"
#include "tests/support/temporary_directory.hpp"

#include <memory>
#include <string>

namespace sluice::gateway::tables::test {

class sqlite_maker final : public backend_maker {
  public:
    result<std::unique_ptr<backend>> open(backend_options const& with, std::string& what) override;
    void kill(std::unique_ptr<backend> running) override;
    std::int64_t kept_answers() override;
    bool holds(std::string_view bytes) override;

    std::string file() const { return (directory_ / name_).string(); }
    tests::temporary_directory const& directory() const { return directory_; }

    sqlite_options options; // path, now and codes are set by open

  private:
    tests::temporary_directory directory_;
    std::string name_ = "tables.db";
};

// What tests of the file itself begin with.
struct sqlite_fixture : backend_fixture {
    sqlite_fixture()
        : backend_fixture(std::make_unique<sqlite_maker>())
        , sqlite(static_cast<sqlite_maker&>(maker())) {}

    std::string file() const { return sqlite.file(); }

    sqlite_maker& sqlite;
};

} // namespace sluice::gateway::tables::test
