// The tables' connection to PostgreSQL. The first failure sticks: from then on nothing is done
// until it is cleared, so that a transaction is written down step by step and judged once, at its
// end. Owned by the writer; its thread.
#pragma once

#include "gateway/tables/error.hpp"
#include "queue/postgres/connection.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::tables {

// Prepared once a connection.
struct postgres_statement {
    std::string_view name;
    std::string_view sql;
};

class postgres_session {
  public:
    using parameters = queue::postgres::parameters;
    using rows = queue::postgres::rows;

    struct options {
        queue::postgres::connect_options to;
        std::chrono::milliseconds statement_timeout{2'000};
        // A commit may wait for a standby.
        std::chrono::milliseconds commit_timeout{10'000};
    };

    explicit postgres_session(options how)
        : options_(std::move(how)) {}

    // Blocks as long as the hosts take. False: failure_text() says why.
    bool connect();
    void disconnect() { connection_.reset(); }
    bool is_open() const { return connection_ && connection_->is_open(); }

    // While everything is read at the start nobody waits, and a statement may take a minute.
    void be_patient(bool is_patient) { is_patient_ = is_patient; }
    // No rows after a failure.
    rows run(postgres_statement const& what, parameters const& values = {});
    void begin();
    // What is known after it: committed, not committed, or neither.
    enum class outcome { committed, failed, unknown };
    outcome commit();
    // Also clears the failure; a connection that cannot is closed.
    void roll_back();

    bool has_failed() const { return has_failed_; }
    // A failure that a check of ours found.
    void fail(std::string_view text);
    // Five characters where the server refused a statement, else empty.
    std::string const& sqlstate() const { return sqlstate_; }
    std::string const& failure_text() const { return failure_text_; }
    void clear_failure();

  private:
    void note(boost::system::error_code ec);

    options options_;
    std::optional<queue::postgres::connection> connection_;
    bool is_patient_ = false;
    bool has_failed_ = false;
    std::string sqlstate_;
    std::string failure_text_;
};

} // namespace sluice::gateway::tables
