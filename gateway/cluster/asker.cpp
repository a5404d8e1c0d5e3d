#include "gateway/cluster/asker.hpp"

#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "gateway/call/reply_as.hpp"
#include "gateway/client/pool.hpp"

#include <algorithm>
#include <array>
#include <deque>

namespace sluice::gateway::cluster {

namespace {

// What a problem document says, for whoever wants it in another format.
call::refusal refusal_of(joint_answer const& given) {
    call::refusal why{.status = static_cast<int>(given.status)};
    if (!codecs::check_json(given.body)) return why;
    auto const text = codecs::json_trim(given.body);
    if (auto const detail = codecs::json_member_value(text, "detail"))
        why.detail = codecs::json_text(*detail);
    return why;
}

call::refusal not_now(std::string_view detail) {
    call::refusal why{.status = 503, .detail = std::string(detail)};
    why.retry_after = std::chrono::seconds(1);
    return why;
}

} // namespace

// One request to one gateway, with the texts that it points to.
struct asker::sent {
    client::outbound_request request;
    std::string target;
    asked_member to;
};

struct asker::question {
    server::exchange* on = nullptr; // null when it is answered
    call::cluster_question what;
    joint_question joint;
    std::string method, lines, body;
    bool is_counting = false; // before a job: the first time all are asked nothing is done
    std::string count_lines;
    asking_plan plan;
    std::size_t next_round = 0;
    std::deque<sent> under_way; // of all rounds; they do not move
    std::size_t open = 0;       // of them, those that are not over
    std::vector<member_answer> answers;
    questions::iterator place;
};

// What is kept in a request: whose it is.
struct asked_by {
    void* question;
    void* sent;
};

asker::asker(boost::asio::io_context& io, client::resolver& names, parts with)
    : with_(std::move(with))
    , lines_(io, names, with_.tls, with_.own_address) {}

asker::~asker() {
    // Those who asked are gone, or will never be answered: the program ends.
    for (auto const& each : questions_)
        each->on = nullptr;
    lines_.stop();
}

void asker::ask(server::exchange& on, call::cluster_question const& what) {
    auto const refused = [&](call::refusal const& why) { call::refuse(on, what.format, why); };
    auto const seen = with_.view();
    if (!seen || seen->members.empty())
        return refused(not_now("The cluster's gateways are not known yet."));
    if (questions_.size() >= most_questions) {
        return refused(
            not_now("As many questions to other gateways as are allowed are under way."));
    }
    auto joint = read_question(on.req, what);
    if (!joint) return refused(joint.error());
    lines_.forget_lines(*seen);
    questions_.push_front(std::make_unique<question>());
    auto& q = *questions_.front();
    q.place = questions_.begin();
    q.on = &on;
    q.what = what;
    q.joint = std::move(*joint);
    q.plan = what.how == call::spread::task ? plan_for_task(*seen, what.id) : plan_for_all(*seen);
    q.joint.missing = q.plan.missing;
    if (!q.joint.from.is_at_beginning()) {
        std::erase_if(q.plan.rounds.front(),
                      [&q](auto const& one) { return !q.joint.from.has(one.log); });
    }
    q.method = on.req.method == "HEAD" ? "GET" : on.req.method;
    q.lines = lines_for(on.req, what, job_of(q));
    q.is_counting = q.joint.expected.has_value();
    if (q.is_counting) q.count_lines = q.lines + std::string(call::count_header) + ": yes\r\n";
    q.body = body_for(on.req, what, q.plan.rounds.empty() ? 0 : q.plan.rounds.front().size());
    if (!what.first) return go_on(q);
    // The question has its place: what is done now is answered for.
    what.first([this, &q](call::checked<std::string> const& line) { go_on_with(q, line); });
}

begun_job asker::job_of(question const& q) {
    begun_job job;
    if (q.what.how != call::spread::bulk) return job;
    job.number = with_.jobs->next();
    for (auto const& round : q.plan.rounds)
        for (auto const& each : round)
            job.gateways.push_back(each.name);
    return job;
}

void asker::go_on_with(question& q, call::checked<std::string> const& line) {
    if (!line) {
        call::refuse(*std::exchange(q.on, nullptr), q.what.format, line.error());
        questions_.erase(q.place);
        return;
    }
    q.joint.is_done = !line->empty();
    q.lines += *line;
    go_on(q);
}

void asker::begin_round(question& q) {
    auto const& round = q.plan.rounds[q.next_round++];
    auto const before = q.under_way.size();
    for (auto const& to : round) {
        auto& each = q.under_way.emplace_back();
        each.to = to;
        each.target = target_for(q.on->req, q.what, q.joint.from, to.log);
    }
    // One more than there are: an end may come inside of `start`, and the last one must not.
    q.open += round.size() + 1;
    for (auto i = before; i < q.under_way.size(); ++i)
        send(q, q.under_way[i]);
    --q.open;
    go_on(q);
}

void asker::send(question& q, sent& each) {
    auto const address = each.to.is_self ? with_.own_address : each.to.address;
    auto const line = lines_.line_to(address, {with_.patience, most_connections});
    if (!line) {
        --q.open;
        q.answers.push_back({each.to.name, each.to.log});
        return;
    }
    auto& request = each.request;
    request.to = line.get();
    request.owner = this;
    request.method = q.method;
    request.target = each.target;
    request.header_lines = q.is_counting ? q.count_lines : q.lines;
    request.body = q.body;
    request.emplace_state<asked_by>(&q, &each);
    lines_.start(request);
}

void asker::on_answer(client::outbound_request& done, client::inbound_response const& got) {
    member_answer answer;
    answer.status = got.is_truncated ? 0 : got.status;
    answer.was_asked = true;
    if (!got.is_truncated) answer.body = got.body;
    take(done, std::move(answer));
}

void asker::on_failure(client::outbound_request& done, client::failure const& why) {
    member_answer answer;
    answer.was_asked = may_have_arrived(why.cause);
    take(done, std::move(answer));
}

void asker::take(client::outbound_request& done, member_answer&& got) {
    auto const& by = done.state<asked_by>();
    auto& q = *static_cast<question*>(by.question);
    auto const& to = static_cast<sent const*>(by.sent)->to;
    got.name = to.name;
    got.log = to.log;
    q.answers.push_back(std::move(got));
    --q.open;
    go_on(q);
}

void asker::end_counting(question& q) {
    if (auto const may_begin = judge_counts(q.joint, q.answers); !may_begin) {
        call::refuse(*std::exchange(q.on, nullptr), q.what.format, may_begin.error());
        questions_.erase(q.place);
        return;
    }
    q.is_counting = false;
    q.answers.clear();
    q.next_round = 0;
    go_on(q);
}

void asker::go_on(question& q) {
    if (q.on && q.is_counting && q.open == 0 && q.next_round >= q.plan.rounds.size())
        return end_counting(q);
    bool const is_decided =
        q.what.how == call::spread::task && std::ranges::any_of(q.answers, is_final);
    if (q.on && (is_decided || (q.open == 0 && q.next_round >= q.plan.rounds.size()))) answer(q);
    if (q.open > 0) return;
    if (q.on) return begin_round(q);
    questions_.erase(q.place);
}

void asker::answer(question& q) {
    auto& on = *std::exchange(q.on, nullptr);
    auto const joint = join(q.joint, q.answers);
    if (!joint) return call::refuse(on, q.what.format, joint.error());
    if (q.what.format == codecs::media_kind::json) {
        auto const* const type =
            joint->status < 400 ? "application/json" : "application/problem+json";
        std::string lines;
        if (!joint->location.empty())
            lines.append("Location: ").append(q.what.base).append(joint->location).append("\r\n");
        return on.reply(joint->status, type, joint->body, lines);
    }
    if (joint->status >= 400) return call::refuse(on, q.what.format, refusal_of(*joint));
    call::reply_as(on, q.what.format, joint->status, joint->body);
}

} // namespace sluice::gateway::cluster
