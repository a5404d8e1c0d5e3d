// What calls with an Idempotency-Key were answered, in the SQLite file: the judge of which call is
// the first. The backend's writing thread (at start the main thread).
#pragma once

#include "gateway/tables/answer_map.hpp"
#include "gateway/tables/sqlite_database.hpp"
#include "gateway/tables/table_write.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::tables {

class sqlite_answers {
  public:
    sqlite_answers(sqlite_database& in, answer_map const& memory);

    // What the key was answered, by what this transaction did too; nullptr where the call is the
    // first. Those past their time or the limit count as gone. Error: key_conflict.
    result<answer_ptr> find(call_key const& call);
    // Inside a transaction: keeps an answer and takes away a few that are gone, so that the file
    // shrinks faster than it grows and no transaction has to sweep it. Precondition: `find` gave
    // nullptr.
    void keep(call_key const& call, kept_answer const& answer,
              std::optional<answer_subject> const& about);
    // Inside a transaction: the keys whose answers were about that person, and are gone.
    std::vector<call_hash> erase(std::string_view account, std::string_view contact);
    // At start, after `purge`: every key, without its answer.
    void load(answer_map& into);
    // At start: all that are past their time.
    void purge(wall_time now);

    // Between them stands what one call changes, and can be undone alone.
    void begin_call() { begin_call_.run(); }
    void end_call() { end_call_.run(); }
    void undo_call() { undo_call_.run(), end_call(); }

  private:
    answer_map const& memory_;
    sqlite_statement find_, all_, keep_, trim_, erase_, purge_, begin_call_, end_call_, undo_call_;
};

} // namespace sluice::gateway::tables
