#include "gateway/tables/sqlite_answers.hpp"

#include <algorithm>

namespace sluice::gateway::tables {

namespace {

call_hash to_hash(std::span<std::uint8_t const> bytes) {
    call_hash hash{}; // the schema lets no other length in
    std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
    return hash;
}

} // namespace

// Ids grow with every answer, so that the newest are those that are nearest to the last.
sqlite_answers::sqlite_answers(sqlite_database& in, answer_map const& memory)
    : memory_(memory)
    , find_(in, "SELECT request, kept, (SELECT max(id) FROM kept_answers) - id, status, "
                "media_type, body, headers FROM kept_answers WHERE key = ?")
    , all_(in, "SELECT key, request, kept FROM kept_answers ORDER BY id")
    , keep_(in, "INSERT OR REPLACE INTO kept_answers "
                "(key, request, kept, status, media_type, body, headers, account, contact) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
    , trim_(in, "DELETE FROM kept_answers WHERE id IN "
                "(SELECT id FROM kept_answers ORDER BY id LIMIT 4) "
                "AND (kept <= ? OR (SELECT max(id) FROM kept_answers) - id >= ?)")
    , erase_(in, "DELETE FROM kept_answers WHERE account = ? AND contact = ? RETURNING key")
    , purge_(in, "DELETE FROM kept_answers WHERE kept <= ?")
    , begin_call_(in, "SAVEPOINT keyed_call")
    , end_call_(in, "RELEASE keyed_call")
    , undo_call_(in, "ROLLBACK TO keyed_call") {}

result<answer_ptr> sqlite_answers::find(call_key const& call) {
    result<answer_ptr> found = answer_ptr();
    if (find_.bind_bytes(call.key).next()) {
        auto const newer = static_cast<std::uint64_t>(find_.integer(2));
        if (!is_over(to_time(find_.integer(1)), call.now) && newer < memory_.limit()) {
            auto answer = std::make_shared<kept_answer>();
            answer->status = static_cast<unsigned>(find_.integer(3));
            answer->media_type = find_.text(4);
            answer->body = find_.text(5);
            answer->header_lines = find_.text(6);
            found = repeated(to_hash(find_.bytes(0)), std::move(answer), call);
        }
    }
    find_.reset();
    return found;
}

void sqlite_answers::keep(call_key const& call, kept_answer const& answer,
                          std::optional<answer_subject> const& about) {
    keep_.bind_bytes(call.key).bind_bytes(call.request).bind(to_integer(call.now));
    keep_.bind(answer.status).bind(answer.media_type).bind(answer.body);
    keep_.bind(answer.header_lines);
    about ? keep_.bind(about->account).bind(about->contact) : keep_.bind_null().bind_null();
    keep_.run();
    trim_.bind(to_integer(call.now - answer_lifetime));
    trim_.bind(static_cast<std::int64_t>(memory_.limit())).run();
}

std::vector<call_hash> sqlite_answers::erase(std::string_view account, std::string_view contact) {
    std::vector<call_hash> gone;
    erase_.bind(account).bind(contact);
    while (erase_.next())
        gone.push_back(to_hash(erase_.bytes(0)));
    return gone;
}

void sqlite_answers::load(answer_map& into) {
    while (all_.next())
        into.put({to_hash(all_.bytes(0)), to_hash(all_.bytes(1)), to_time(all_.integer(2))},
                 nullptr);
    all_.reset();
}

void sqlite_answers::purge(wall_time now) {
    purge_.bind(to_integer(now - answer_lifetime)).run();
}

} // namespace sluice::gateway::tables
