#include "gateway/intake/submitter.hpp"

#include "codecs/json.hpp"
#include "gateway/call/ask_core.hpp"
#include "gateway/call/call_hash.hpp"
#include "gateway/call/callback_request.hpp"
#include "gateway/call/order_homes.hpp"
#include "gateway/call/outbound_answer.hpp"
#include "gateway/call/reply_note.hpp"
#include "gateway/delivery/callback_reporter.hpp"
#include "gateway/intake/durability_label.hpp"
#include "gateway/intake/key_claims.hpp"
#include "gateway/intake/table_answer.hpp"
#include "gateway/intake/wait_list.hpp"
#include "gateway/telemetry/io_metrics.hpp"

namespace sluice::gateway::intake {

namespace {

constexpr std::size_t key_limit = 255; // bytes

} // namespace

call::checked<std::unique_ptr<queue::idempotency>> read_idempotency_key(server::request const& req,
                                                                        std::string_view account) {
    auto const count = req.count("Idempotency-Key");
    if (count == 0) return std::unique_ptr<queue::idempotency>();
    auto const key = req.header("Idempotency-Key");
    if (count > 1 || key.empty() || key.size() > key_limit) {
        call::refusal r{.status = 400};
        r.detail = "Idempotency-Key must be given once and have 1 to 255 bytes.";
        return r;
    }
    auto made = std::make_unique<queue::idempotency>();
    made->key = call::hash_of({account, req.path, key});
    made->body = call::hash_of({req.method, req.target, req.header("Content-Type"), req.body});
    return made;
}

// Lives in the exchange until the answer; no destructor.
struct submitter::pending final : queue::submit_handler {
    pending(server::exchange& exchange, context& context_, std::uint32_t label_,
            std::uint32_t tasks_, bool is_outbound_)
        : on(exchange)
        , with(context_)
        , label(label_)
        , tasks(tasks_)
        , is_outbound(is_outbound_) {}

    void on_submitted(queue::submit_result&& result) override {
        auto again = take_again();
        if (!result.ec) {
            auto const elapsed = std::chrono::steady_clock::now() - on.req.received;
            with.metrics.on_accepted(label, elapsed, tasks);
            if (waiting) return with.waits.start(*waiting);
            return reply_prepared(on, {body_size, is_xml});
        }
        bool const is_waited = waiting != nullptr;
        call::call_wait const limit = is_waited ? *waiting->of->call.wait : call::call_wait{};
        if (is_waited) stop_waiting();
        if (result.ec == queue::errc::not_home && again)
            return with.homes->look_again(std::move(again));
        if (result.ec == queue::errc::duplicate_key) return repeat(result.first_answer, limit);
        auto why = call::refused_by(result.ec);
        if (is_forwarded && result.ec == queue::errc::not_home)
            why.status = call::home_answer::moved;
        refuse_call(why);
    }

    std::function<void()> take_again() {
        if (again_of == nullptr) return {};
        auto const found = again_of->find(&on);
        auto again = std::move(found->second);
        again_of->erase(found);
        return again;
    }

    void stop_waiting() {
        with.waits.drop(*waiting);
        with.keys.set_waiting(on, false);
        waiting = nullptr;
    }

    void refuse_call(call::refusal const& why) {
        if (is_outbound) return call::refuse_outbound(on, why);
        refuse(on, call::error_format(on.req), why);
    }

    // The first answer again.
    void repeat(std::string const& kept, call::call_wait const& limit) {
        if (kept == call::checksum_repeated) {
            call::note_repeated(on);
            return call::refuse_outbound(on, {call::outbound_code::checksum_repeated});
        }
        if (has_key && with.keys.has_waiting(key.key)) {
            return refuse_call(call::refused_by(queue::errc::key_in_progress));
        }
        if (!has_key || !with.data.has_answer(key)) return repeat_accepted(kept, limit);
        // It waited for the end of its task: the file knows what it was told.
        auto told = [this, kept, limit](tables::result<tables::answer_ptr> const& first) {
            if (!first) return refuse_call(call::refused_by(first.error()));
            if (*first) return give_again(on, **first);
            repeat_accepted(kept, limit);
        };
        with.data.recall_answer(key, with.inbox, told);
    }

    void repeat_accepted(std::string const& kept, call::call_wait const& limit) {
        call::note_repeated(on);
        auto first = from_kept_answer(kept);
        if (!first) {
            return refuse_call({.status = 500, .detail = "The first answer cannot be read back."});
        }
        if (limit.limit.count() > 0 && !first->is_group && first->kind != accepted_kind::batch) {
            first->wait = limit;
            return repeat_waited(*first);
        }
        reply_prepared(on, prepare_accepted(on, *first, with.durability.text()));
    }

    // Nothing is known of what the first call was told: this one is told the end of the task, if it
    // has ended meanwhile.
    void repeat_waited(accepted_call const& first);

    server::exchange& on;
    context& with;
    waiting_call* waiting = nullptr;                 // the wait list's; null: nobody waits
    tables::call_key key;                            // where has_key
    decltype(submitter::again_)* again_of = nullptr; // null: it is not made anew
    std::size_t body_size = 0;
    std::uint32_t label;
    std::uint32_t tasks; // how many the call became
    bool is_xml = false;
    bool is_outbound; // the call is one of the outbound API's own paths
    bool has_key = false;
    bool is_forwarded = false; // by another gateway
};

void submitter::pending::repeat_waited(accepted_call const& first) {
    auto of = std::make_shared<waited_call>();
    of->call = first;
    of->durability = with.durability.text();
    of->keep(first.rest);
    using details = std::optional<queue::task_details>;
    auto describe = [id = first.request_id](queue::dispatcher& core, auto const& tell) {
        core.describe(id, [tell](details task) { tell(std::move(task)); });
    };
    // Nobody waits for a task that is under way already: then the preference was not applied.
    auto answer_at_once = [&on = on, of] {
        of->call.wait.reset();
        give(on, waited_in_vain_answer(on, *of));
    };
    auto answer = [&on = on, of, answer_at_once](details const& task) {
        auto const how = task ? remembered_outcome(*task, of->call.kind) : std::nullopt;
        if (!how) return answer_at_once();
        give(on, ended_answer(*of, *how, on.req.header("Accept-Encoding")));
    };
    if (!call::ask_core(with.port, describe, answer)) answer_at_once();
}

namespace {

// Whether, and how long, this call waits for the end of its task.
call::call_wait wait_of(context const& with, server::request const& req, accepted_call const& call,
                        task_list const& tasks) {
    bool const is_one = tasks.size() == 1 && !call.is_group;
    // The outbound API's own paths answer as that API does: at once.
    bool const can_wait = call.kind != accepted_kind::batch && call.kind != accepted_kind::outbound;
    if (!is_one || !can_wait) return {};
    auto const most = with.current->settings().limit.wait;
    auto const wait = call.wait ? *call.wait : choose_wait(call::preferences_of(req), most);
    // What is not due before the time is over cannot have ended by then.
    auto const& task = tasks.front();
    return task.not_before - task.accepted_at >= wait.limit ? call::call_wait{} : wait;
}

} // namespace

// The tables keep the keys of the calls that they answer, and what calls that waited were told.
call::checked<tables::answer_ptr> submitter::claim(server::exchange& on,
                                                   tables::call_key const& key) {
    if (!with_.keys.take(on, key)) return call::refused_by(queue::errc::key_in_progress);
    auto first = with_.data.find_answer(key);
    if (!first) return call::refused_by(first.error());
    return std::move(*first);
}

// To the URL that a task or the call's header names; else where the account wants all of them.
call::checked<void> submitter::ask_for_reports(server::request const& req, task_list& tasks) const {
    auto const url = req.header(call::callback_header);
    std::string named; // by the header; a call's tasks are all of one account
    for (auto& task : tasks) {
        if (task.extras && !task.extras->callback.empty()) continue;
        auto const* const account = with_.current->account_of(task.account);
        auto const* const policy = account && account->report_to ? &*account->report_to : nullptr;
        if (!url.empty() && named.empty()) {
            std::string json;
            codecs::append_json_string(json, url);
            auto parsed = call::parse_callback(json, policy ? *policy : config::callback{});
            if (!parsed)
                return call::invalid(std::string(call::callback_header), parsed.error().what);
            named = std::move(*parsed);
        }
        if (!named.empty()) {
            task.extras.made().callback = named;
        } else if (policy && !policy->url.empty()) {
            task.extras.made().callback = delivery::callback_of_account;
        }
    }
    return {};
}

void submitter::submit(server::exchange& on, task_list&& tasks, accepted_call const& call,
                       std::unique_ptr<queue::idempotency> key, std::uint32_t label,
                       keyed_route route) {
    auto const count = static_cast<std::uint32_t>(tasks.size());
    bool const is_outbound = call.kind == accepted_kind::outbound;
    auto& state = on.emplace_state<pending>(on, with_, label, count, is_outbound);
    state.is_forwarded = route.named != nullptr;
    if (key) {
        state.has_key = true;
        state.key = {key->key, key->body, tasks.front().accepted_at};
        auto const first = claim(on, state.key);
        if (!first) return state.refuse_call(first.error());
        if (*first) return give_again(on, **first);
        key->answer = to_kept_answer(call);
        tasks.front().extras.made().idempotency = std::move(key);
    }
    auto* const content = tasks.front().extras ? tasks.front().extras->content.get() : nullptr;
    if (content && content->answer.empty()) content->answer = to_kept_answer(call);
    if (auto asked = ask_for_reports(on.req, tasks); !asked) {
        return state.refuse_call(asked.error());
    }
    std::shared_ptr<queue::watcher> watcher;
    auto const wait = wait_of(with_, on.req, call, tasks);
    if (wait.limit.count() > 0) {
        accepted_call waited = call;
        waited.wait = wait;
        state.waiting = &with_.waits.add(on, waited, with_.durability.text(),
                                         state.has_key ? std::optional(state.key) : std::nullopt);
        with_.keys.set_waiting(on, true);
        watcher = state.waiting->watcher;
    } else {
        auto const ready = prepare_accepted(on, call, with_.durability.text());
        state.body_size = ready.body_size;
        state.is_xml = ready.is_xml;
    }
    auto* const all = with_.port.next_submission();
    if (all == nullptr) {
        if (state.waiting) state.stop_waiting();
        return state.refuse_call(call::refused_by(queue::errc::overloaded));
    }
    if (route.again) {
        again_.insert_or_assign(&on, std::move(route.again));
        state.again_of = &again_;
    }
    all->tasks = std::move(tasks);
    all->handler = &state;
    all->watcher = std::move(watcher);
    all->named_slots = std::move(route.named);
    with_.port.submit_next();
}

} // namespace sluice::gateway::intake
