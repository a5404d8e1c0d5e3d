// Keeps memory as PostgreSQL is: reads all of it at the start, then what other gateways changed.
//
// Which changes are new is asked by snapshots, not by numbers: transactions end in another order
// than they began, and what a snapshot did not see the next one does. What a change names is read
// as it is then, so that reading it twice is no harm. The writing thread.
#pragma once

#include "gateway/tables/agent_map.hpp"
#include "gateway/tables/answer_map.hpp"
#include "gateway/tables/link_map.hpp"
#include "gateway/tables/postgres_changes.hpp"
#include "gateway/tables/user_map.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sluice::gateway::tables {

class postgres_reader {
  public:
    struct maps {
        link_map& links;
        user_map& users;
        agent_map& agents;
        answer_map& answers;
        std::atomic<wall_time>& next_planned;
    };

    postgres_reader(postgres_session& from, maps const& into)
        : session_(from)
        , memory_(into) {}

    // All of it is read anew, piece by piece; what is gone leaves memory at the end.
    void begin();
    // One piece more; false where nothing is left to read. A failure is the session's; the piece is
    // read again.
    bool step();
    bool is_reading() const { return table_ != table::none; }

    // What others changed since the last time; `writer` is oneself, whose changes are known. Begins
    // to read everything anew where what was missed may not be known any more.
    void poll(std::int64_t writer, std::chrono::steady_clock::time_point now);
    // When the next planned change is due.
    void read_plans();

  private:
    enum class table { links, persons, agents, breaks, answers, rest, none };
    using subjects = std::vector<table_subject>;

    struct news {
        subjects links, clicks, persons, agents, answers;
        std::int64_t clicks_since = 0;
        std::int64_t breaks_since = 0;
        bool has_plans = false;
        std::size_t count = 0;
    };

    news read_news(std::int64_t writer, std::string& snapshot, bool& is_too_late);
    void read_links(subjects const& codes);
    void read_clicks(subjects const& codes, std::int64_t since);
    void read_persons(subjects const& persons);
    void read_agents(subjects const& agents, std::int64_t since);
    void read_answers(subjects const& keys);
    bool step_answers();
    void step_table(subjects const& page);
    void sweep();

    postgres_session& session_;
    maps memory_;
    std::string snapshot_; // what memory has seen
    table table_ = table::none;
    std::int64_t last_answer_ = 0;
    table_subject last_;      // of the pieces that were read
    bool must_begin_ = false; // a beginning that failed
    bool is_first_ = true;
    std::optional<std::chrono::steady_clock::time_point> polled_;
    std::set<table_subject> seen_links_, seen_persons_, seen_agents_;
};

} // namespace sluice::gateway::tables
