// Calls that the gateway answers itself, from its tables, and that may carry an Idempotency-Key:
// their key, their first answer, how it is given again, and how a write is answered. What a key
// promises stands in tables::backend. On the call's I/O thread, but for what the tables call.
#pragma once

#include "codecs/media_type.hpp"
#include "gateway/call/ask_core.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/intake/context.hpp"
#include "gateway/intake/key_claims.hpp"
#include "gateway/server/exchange.hpp"
#include "gateway/tables/tables.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace sluice::gateway::intake {

using call_key = std::optional<tables::call_key>;

// Nothing when the call has none. Refusal: as read_idempotency_key.
call::checked<call_key> read_call_key(server::request const& req, std::string_view account,
                                      tables::wall_time now);

// The first answer to a call whose key was used already, which is counted as a repeat; nothing
// where it was not. Refusal: 422, it was used for another call.
call::checked<std::optional<tables::kept_answer>>
find_first_answer(server::exchange& on, tables::backend const& data, call_key const& key);

void give(server::exchange& on, tables::kept_answer const& answer);
// The same for the first answer of a key, given again.
void give_again(server::exchange& on, tables::kept_answer const& first);

// Of an answer in this format: XML for `xml`, CSV for `csv`, JSON for everything else.
std::string_view content_type_of(codecs::media_kind format);

// Whether a task came in under this key: the queue keeps the keys of its own calls. Runs on the
// core's thread.
bool is_key_of_task(queue::dispatcher const& core, tables::call_hash const& key);

// Writes to the tables and answers the call with what that came to. `write(done, keyed)` begins the
// write; `answer` makes a checked<kept_answer> of its result<T>, and where that is a refusal the
// key stays free. Both are copied, and `answer` is also called on a thread of the tables: it holds
// no references. A key that already served a call that became a task is refused (422).
template <class T, class Answer, class Write>
void answer_write(context& with, server::exchange& on, codecs::media_kind format,
                  call_key const& key, Answer answer, Write write) {
    auto give_made = [&on, answer](tables::result<T> const& outcome) -> call::checked<void> {
        call::checked<tables::kept_answer> const made = answer(outcome);
        if (!made) return made.error();
        give(on, *made);
        return {};
    };
    tables::teller<T> done = call::answer_or_refuse(on, format, give_made);
    if (!key) return write(std::move(done), tables::keyed_call<T>());
    auto make_kept = [answer](tables::result<T> const& outcome) {
        call::checked<tables::kept_answer> const made = answer(outcome);
        return made ? std::optional(*made) : std::nullopt;
    };
    tables::keyed_call<T> keyed{key, std::move(make_kept),
                                [&on](tables::kept_answer const& first) { give_again(on, first); }};
    if (!with.keys.take(on, *key)) {
        return refuse(on, format, call::refused_by(queue::errc::key_in_progress));
    }
    auto look = [hash = key->key](queue::dispatcher& core, auto const& tell) {
        tell(is_key_of_task(core, hash));
    };
    auto go_on = [done, keyed, write](bool is_used) -> call::checked<void> {
        if (is_used) return call::refused_by(tables::errc::key_conflict);
        write(done, keyed);
        return {};
    };
    call::ask_core(with.port, on, format, look, go_on);
}

} // namespace sluice::gateway::intake
