#include "gateway/intake/table_answer.hpp"

#include "gateway/call/reply_note.hpp"
#include "gateway/intake/submitter.hpp"

namespace sluice::gateway::intake {

call::checked<call_key> read_call_key(server::request const& req, std::string_view account,
                                      tables::wall_time now) {
    auto const read = read_idempotency_key(req, account);
    if (!read) return read.error();
    if (!*read) return call_key();
    return call_key({(*read)->key, (*read)->body, now});
}

call::checked<std::optional<tables::kept_answer>>
find_first_answer(server::exchange& on, tables::backend const& data, call_key const& key) {
    if (!key) return std::optional<tables::kept_answer>();
    auto const first = data.find_answer(*key);
    if (!first) return call::refused_by(first.error());
    if (!*first) return std::optional<tables::kept_answer>();
    call::note_repeated(on);
    return std::optional(**first);
}

bool is_key_of_task(queue::dispatcher const& core, tables::call_hash const& key) {
    queue::new_task asked;
    asked.extras.made().idempotency = std::make_unique<queue::idempotency>();
    asked.extras->idempotency->key = key;
    return core.state().first_request({&asked, 1}) != nullptr;
}

void give(server::exchange& on, tables::kept_answer const& answer) {
    on.reply(answer.status, answer.media_type, answer.body, answer.header_lines);
}

void give_again(server::exchange& on, tables::kept_answer const& first) {
    call::note_repeated(on);
    give(on, first);
}

std::string_view content_type_of(codecs::media_kind format) {
    if (format == codecs::media_kind::csv) return "text/csv; charset=utf-8";
    return format == codecs::media_kind::xml ? "application/xml" : "application/json";
}

} // namespace sluice::gateway::intake
