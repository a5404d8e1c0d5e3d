#include "gateway/intake/keyed_answer.hpp"

#include "gateway/intake/own_answer.hpp"
#include "gateway/intake/submitter.hpp"

namespace sluice::gateway::intake {

call::checked<call_key> read_call_key(server::request const& req, std::string_view account,
                                      tables::wall_time now) {
    auto const read = read_idempotency_key(req, account);
    if (!read) return read.error();
    if (!*read) return call_key();
    return call_key({(*read)->key, (*read)->body, now});
}

bool answer_known(server::exchange& on, codecs::media_kind format, tables::backend const& data,
                  call_key const& key) {
    if (!key) return false;
    auto const first = data.find_answer(*key);
    if (!first) {
        refuse(on, format, refused_by_tables(first.error()));
    } else if (*first) {
        give(on, **first);
    }
    return !first || *first;
}

void give(server::exchange& on, tables::kept_answer const& answer) {
    on.reply(answer.status, answer.media_type, answer.body);
}

} // namespace sluice::gateway::intake
