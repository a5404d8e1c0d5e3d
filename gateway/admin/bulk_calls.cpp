#include "gateway/admin/bulk_calls.hpp"

#include "codecs/percent.hpp"
#include "gateway/admin/actor.hpp"
#include "queue/core/task_page.hpp"

#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

namespace sluice::gateway::admin {

namespace {

// Another gateway of the cluster, which waits a little longer, hears by then how far a job has
// come.
constexpr std::chrono::milliseconds longest_forwarded_job{1'000};
constexpr std::size_t counted_a_turn = 4096; // of the queue's tasks

std::optional<std::uint64_t> read_number(std::string_view text) {
    std::uint64_t number = 0;
    auto const end = text.data() + text.size();
    auto const [parsed, ec] = std::from_chars(text.data(), end, number);
    if (ec != std::errc() || parsed != end) return std::nullopt;
    return number;
}

// "7 gw-1,gw-2": a job's number, and the gateways that have a part of it, percent-encoded.
void read_part(job_order& to, std::string_view text) {
    auto const blank = std::min(text.find(' '), text.size());
    to.cluster_number = read_number(text.substr(0, blank)).value_or(0);
    text.remove_prefix(std::min(blank + 1, text.size()));
    while (!text.empty()) {
        auto const end = std::min(text.find(','), text.size());
        auto name = codecs::percent_decode(text.substr(0, end));
        if (name) to.gateways.push_back(std::move(*name));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

// Nothing is done to the tasks. What is expected of a whole cluster is counted, and judged by
// whoever was called.
bool only_counts(let_in const& given, bulk_request const& which) {
    bool const is_asked = given.is_forwarded && !given.on.req.header(call::count_header).empty();
    return is_asked || which.is_dry_run;
}

} // namespace

bool bulk_calls::answers_count(let_in const& given, bulk_request const& which,
                               std::uint64_t matched) {
    if (!only_counts(given, which)) return false;
    auto& body = given.on.body_scratch();
    body = fmt::format(R"({{"matched":{},"job":null}})", matched);
    given.on.reply(200, json_type, body);
    return true;
}

call::checked<void> bulk_calls::start(let_in const& given, job_action what, task_list of) {
    auto which = read_bulk_request(given.on.req, of);
    if (!which) return which.error();
    bool const is_judged = which->expected && !given.is_forwarded;
    if (!which->ids.empty()) {
        if (only_counts(given, *which)) return count_ids(given, std::move(*which));
        return run_job(given, what, std::move(*which));
    }
    if (!is_judged && !only_counts(given, *which)) return run_job(given, what, std::move(*which));
    auto counted = [this, given, what](bulk_request&& request,
                                       std::uint64_t matched) -> call::checked<void> {
        if (answers_count(given, request, matched)) return {};
        if (matched > *request.expected) return call::more_match(matched, *request.expected);
        return run_job(given, what, std::move(request));
    };
    count(given, std::move(*which), counted);
    return {};
}

call::checked<void> bulk_calls::replay(let_in const& given) {
    auto which = read_bulk_request(given.on.req, task_list::finished);
    if (!which) return which.error();
    if (!which->ids.empty()) {
        if (only_counts(given, *which)) return count_ids(given, std::move(*which));
        return replay_found(given, std::move(*which));
    }
    auto told = [this, given, request = *which](
                    call::checked<std::vector<queue::task_id>> found) -> call::checked<void> {
        if (!found) return found.error();
        auto named = request;
        named.ids = std::move(*found);
        return replay_found(given, std::move(named));
    };
    finder_.find(*which, call::answer_or_refuse(given.on, json_kind, std::move(told)));
    return {};
}

call::checked<void> bulk_calls::replay_found(let_in const& given, bulk_request&& which) {
    auto const matched = which.ids.size();
    if (answers_count(given, which, matched)) return {};
    bool const is_judged = which.expected && !given.is_forwarded;
    if (is_judged && matched > *which.expected) return call::more_match(matched, *which.expected);
    return run_job(given, job_action::replay, std::move(which));
}

// How many of the tasks that were named are here and in a state to be dealt with.
call::checked<void> bulk_calls::count_ids(let_in const& given, bulk_request&& which) {
    struct state {
        bulk_request which;
        std::size_t missing = 0; // used on the core's thread
        std::uint64_t matched = 0;
    };
    // Of a replay any task will do.
    if (given.row.does == operation::replay_many) which.filter.states = queue::state_set::all();
    auto const s = std::make_shared<state>(state{std::move(which)});
    auto look = [s](queue::dispatcher& core, auto const& tell) {
        s->missing = s->which.ids.size();
        for (auto const& id : s->which.ids) {
            core.describe(id, [s, tell](std::optional<queue::task_details> const& task) {
                s->matched += task && s->which.filter.states.has(task->state);
                if (--s->missing == 0) tell();
            });
        }
    };
    ask(with_, given.on, look, [this, given, s]() -> call::checked<void> {
        answers_count(given, s->which, s->matched);
        return {};
    });
    return {};
}

// What a filter matches is counted before anything is done.
struct bulk_calls::counting {
    server::exchange& on;
    bulk_request which;
    count_handler go_on;
    std::optional<queue::task_page> page = {}; // used on the core's thread
};

void bulk_calls::count(let_in const& given, bulk_request&& which, count_handler go_on) {
    count_on(std::make_shared<counting>(given.on, std::move(which), std::move(go_on)));
}

void bulk_calls::count_on(std::shared_ptr<counting> const& of) {
    auto step = [of](queue::dispatcher& core, auto const& tell) {
        if (!of->page) {
            of->page.emplace(queue::task_matcher(of->which.filter, core.table()), queue::task_id(),
                             1);
        }
        tell(of->page->advance(core.state(), counted_a_turn));
    };
    auto go_on = [this, of](bool is_over) -> call::checked<void> {
        if (is_over) return of->go_on(std::move(of->which), of->page->total());
        count_on(of);
        return {};
    };
    ask(with_, of->on, std::move(step), std::move(go_on));
}

// The answer to a call that began a job: when it has ended, or sooner, whichever is first.
class bulk_calls::job_answer {
  public:
    job_answer(context& with, server::exchange& on)
        : with_(&with)
        , on_(&on)
        , timer_(with.io) {}

    void end(job_report const& job) {
        timer_.cancel();
        if (!on_) return;
        auto& on = *std::exchange(on_, nullptr);
        if (job.counts.unknown != 0) {
            return refuse(on, call::refused_by(queue::errc::outcome_unknown));
        }
        auto& body = on.body_scratch();
        append_job(body, job);
        on.reply(200, json_type, body);
    }
    void go_on(job_report const& job) {
        if (!on_) return;
        auto& on = *std::exchange(on_, nullptr);
        auto& body = on.body_scratch();
        append_job(body, job);
        on.reply(202, json_type, body,
                 location_line(*with_, fmt::format("/v1/jobs/{}", job.number)));
    }
    boost::asio::steady_timer& timer() { return timer_; }

  private:
    context const* with_;
    server::exchange* on_; // null when it is answered
    boost::asio::steady_timer timer_;
};

// Never thinned out: it is what an operator did. `address`: where the call came from.
void bulk_calls::log_job(job_report const& job, std::string const& address) const {
    bool const is_over = job.state != job_state::running;
    with_.lines.record(
        config::log_level::info,
        is_over ? "an operator's job has ended" : "an operator's job has begun",
        {{"job", job.number},
         {"action", name_of(job.action)},
         {"state", name_of(job.state)},
         {"destination", job.destination.empty() ? std::string("any") : job.destination},
         {"matched", job.matched},
         {"done", job.counts.done},
         {"refused", job.counts.refused},
         {"beside",
          job.beside.empty() ? std::string("none") : fmt::format("{}", fmt::join(job.beside, ","))},
         {"by", job.by},
         {"address", address}});
}

// A paced job answers when it has begun, any other when it has ended; to another gateway soon.
call::checked<void> bulk_calls::run_job(let_in const& given, job_action what,
                                        bulk_request&& which) {
    bool const is_paced = which.rate > 0;
    auto by = actor_of(given);
    if (!by) return by.error();
    auto const answer = std::make_shared<job_answer>(with_, given.on);
    auto const address = given.on.req.peer.to_string();
    job_order order{.what = what, .which = std::move(which), .by = std::move(*by)};
    if (given.is_forwarded) read_part(order, given.on.req.header(call::job_header));
    order.on_end = [this, is_paced, answer, address](job_report const& job) {
        log_job(job, address);
        if (!is_paced) answer->end(job);
    };
    auto const begun = jobs_.start(std::move(order));
    if (!begun) {
        return too_busy("As many jobs as are allowed are under way.");
    }
    if (is_paced) {
        log_job(*begun, address);
        answer->go_on(*begun);
    }
    if (is_paced || !given.is_forwarded) return {};
    answer->timer().expires_after(longest_forwarded_job);
    answer->timer().async_wait([this, answer, number = begun->number](auto ec) {
        if (ec) return;
        if (auto const job = jobs_.find(number)) answer->go_on(*job);
    });
    return {};
}

void bulk_calls::purge_destination(let_in const& given, std::string const& name) {
    bulk_request which;
    which.filter.destination = name;
    which.filter.states = queue::state_set()
                              .with(queue::task_state::scheduled)
                              .with(queue::task_state::ready)
                              .with(queue::task_state::retry_wait);
    auto is_known = [name](queue::dispatcher& core, auto const& tell) {
        tell(core.table().lanes.find(name).has_value());
    };
    ask(with_, given.on, is_known, [this, given, which](bool is_there) -> call::checked<void> {
        if (!is_there) {
            return call::refusal{.status = 404, .detail = "There is no such destination."};
        }
        return run_job(given, job_action::cancel, bulk_request(which));
    });
}

call::checked<void> bulk_calls::handle_job(let_in const& given) {
    auto const number = read_number(given.names.front());
    if (!number || !jobs_.find(*number)) {
        return call::refusal{.status = 404, .detail = "There is no such job."};
    }
    if (given.row.does == operation::stop_job && !jobs_.stop(*number)) {
        return call::refusal{.status = 409, .detail = "The job has ended."};
    }
    auto& body = given.on.body_scratch();
    append_job(body, *jobs_.find(*number));
    given.on.reply(200, json_type, body);
    return {};
}

void bulk_calls::list_jobs(server::exchange& on) {
    auto& body = on.body_scratch();
    body = "{\"jobs\":[";
    for (auto const& job : jobs_.list()) {
        if (body.back() != '[') body += ',';
        append_job(body, job);
    }
    body += "]}";
    on.reply(200, json_type, body);
}

} // namespace sluice::gateway::admin
