// What stands on the line of each kind of record, in its order: the one list that the writing, the
// measuring and the reading side of record_codec go by. A field that is added here is written,
// counted and read; one that is added to task_extras and not here does not compile.
//
// A visitor has two members. `must(key, value)`: the field stands on every line of the kind.
// `may(key, value)`: it is left out where the value is what a fresh record has; a third argument
// names another value than that. A key has its blank and its equals sign: " dest=".
#pragma once

#include "queue/core/record.hpp"

#include <concepts>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace sluice::queue {

// An idempotency key that was made of a call's content: the key stands for the content as well.
template <class Idempotency>
struct content_form {
    Idempotency& of;
};
template <class Idempotency>
content_form(Idempotency&) -> content_form<Idempotency>;

template <class Extras, class Visitor>
    requires std::same_as<std::remove_const_t<Extras>, task_extras>
void visit_fields(Extras& extras, Visitor& visitor) {
    auto& [group, order_key, order_turn, callback, idempotency, content, travel_key, batch, notes,
           result, reason, replay, redriven_by, rendered_at] = extras;
    visitor.may(" group=", group);
    visitor.may(" order=", order_key);
    visitor.may(" turn=", order_turn);
    visitor.may(" callback=", callback);
    visitor.may(" rendered=", rendered_at);
    visitor.may(" idem=", idempotency);
    visitor.may(" content=", content_form{content});
    visitor.may(" travel=", travel_key);
    visitor.may(" batch=", batch);
    visitor.may(" note=", notes);
    visitor.may(" reason=", reason);
    visitor.may(" result=", result);
    visitor.may(" replay=", replay);
    visitor.may(" redriven=", redriven_by);
}

// Of a put, a copy and a kept, without the extras.
template <class Accepted, class Visitor>
    requires std::same_as<std::remove_const_t<Accepted>, accepted>
void visit_fields(Accepted& r, Visitor& visitor) {
    visitor.must(" dest=", r.task.lane);
    visitor.must(" acct=", r.task.account);
    visitor.must(" at=", r.task.accepted_at);
    visitor.must(" ready=", r.task.not_before);
    visitor.may(" expires=", r.task.expires_at, never);
    visitor.may(" state=", r.state);
    visitor.may(" attempts=", r.attempts);
    visitor.may(" next=", r.next_attempt_at);
    visitor.may(" finished=", r.finished_at);
}

template <class Started, class Visitor>
    requires std::same_as<std::remove_const_t<Started>, started>
void visit_fields(Started& r, Visitor& visitor) {
    visitor.must(" rendered=", r.rendered_at);
    visitor.may(" batch=", r.batch);
}

template <class Retried, class Visitor>
    requires std::same_as<std::remove_const_t<Retried>, retried>
void visit_fields(Retried& r, Visitor& visitor) {
    visitor.must(" next=", r.next_attempt_at);
    visitor.may(" company=", r.company);
    visitor.may(" gate=", r.gate);
    visitor.must(" note=", r.note);
}

template <class Finished, class Visitor>
    requires std::same_as<std::remove_const_t<Finished>, finished>
void visit_fields(Finished& r, Visitor& visitor) {
    visitor.must(" at=", r.at);
    visitor.may(" note=", r.note);
    visitor.may(" reason=", r.reason);
    visitor.may(" result=", r.result);
    visitor.may(" gate=", r.gate);
    visitor.may(" adopted=", r.is_adopted);
}

template <class Redriven, class Visitor>
    requires std::same_as<std::remove_const_t<Redriven>, redriven>
void visit_fields(Redriven& r, Visitor& visitor) {
    visitor.must(" ready=", r.not_before);
    visitor.may(" turn=", r.order_turn);
    visitor.may(" by=", r.by);
}

template <class Purged, class Visitor>
    requires std::same_as<std::remove_const_t<Purged>, purged>
void visit_fields(Purged&, Visitor&) {}

template <class Lane, class Visitor>
    requires std::same_as<std::remove_const_t<Lane>, lane_changed>
void visit_fields(Lane& r, Visitor& visitor) {
    visitor.must(" dest=", r.lane);
    visitor.must(" paused=", r.is_paused);
    visitor.must(" disabled=", r.is_disabled);
    visitor.must(" at=", r.at);
    visitor.may(" by=", r.by);
    visitor.may(" gate=", std::tie(r.gate_until, r.gate_by));
    visitor.may(" breaker=", std::tie(r.breaker_until, r.breaker_by));
    visitor.may(" version=", r.version);
}

// How a task ended, ahead of the fields of the task itself on the line of a kept.
template <class Finished, class Visitor>
void visit_fields_of_end(Finished& r, Visitor& visitor) {
    visitor.must(" end=", r.state);
    visitor.must(" ended=", r.at);
    visitor.may(" last=", r.note);
    visitor.may(" why=", r.reason);
    visitor.may(" gave=", r.result);
}

} // namespace sluice::queue
