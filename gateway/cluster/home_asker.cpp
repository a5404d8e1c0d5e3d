#include "gateway/cluster/home_asker.hpp"

#include "codecs/percent.hpp"
#include "codecs/text.hpp"
#include "gateway/call/cluster.hpp"
#include "gateway/client/pool.hpp"
#include "gateway/cluster/forwarded_call.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <bit>

namespace sluice::gateway::cluster {

namespace {

// Written anew by whoever answers the caller.
constexpr std::array<std::string_view, 6> own_headers{
    "Date", "Content-Length", "Content-Type", "Connection", "Keep-Alive", "Transfer-Encoding",
};

std::string lines_for_caller(std::string_view lines) {
    std::string kept;
    while (!lines.empty()) {
        auto const end = std::min(lines.find("\r\n"), lines.size() - 1) + 2;
        auto const line = lines.substr(0, end);
        lines.remove_prefix(std::min(end, lines.size()));
        auto const name = line.substr(0, line.find(':'));
        bool const is_own = std::ranges::any_of(
            own_headers, [&](auto each) { return codecs::equal_ignoring_case(each, name); });
        if (!is_own) kept += line;
    }
    return kept;
}

// A line has one patience: few kinds of them.
std::chrono::milliseconds patience_for(std::chrono::milliseconds wait) {
    auto const seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    auto const rounded = wait.count() > 0 ? std::bit_ceil(static_cast<std::uint32_t>(seconds)) : 0;
    return home_asker::patience + std::chrono::seconds(rounded);
}

} // namespace

// One call, with the texts that its request points to.
struct home_asker::asked {
    client::outbound_request request;
    std::string target, lines, body;
    std::function<void(call::home_answer const&)> then;
    asked_calls::iterator place;
};

home_asker::home_asker(boost::asio::io_context& io, client::resolver& names, home_sources from,
                       std::shared_ptr<client::tls_context const> tls, std::string own_address,
                       forward_counters& counters)
    : io_(io)
    , from_(std::move(from))
    , counters_(counters)
    , lines_(io, names, std::move(tls), std::move(own_address)) {}

home_asker::~home_asker() {
    is_ending_ = true; // those who called are gone
    lines_.stop();
}

std::optional<call::order_home> home_asker::find(std::uint16_t slot) const {
    auto const rows = from_.rows();
    if (!rows || (*rows)[slot].is_free) return std::nullopt;
    auto const& row = (*rows)[slot];
    return call::order_home{row.log, row.log == from_.own_log, {slot, row.generation}};
}

std::string home_asker::address_of(std::uint32_t log) const {
    if (log == from_.own_log) return lines_.own_address();
    auto const seen = from_.members();
    auto const found = std::ranges::find(seen->members, log, &queue::postgres::member::log);
    return found == seen->members.end() ? std::string() : found->advertise;
}

void home_asker::ask_home(std::string_view target, call::home_question what,
                          std::function<void(call::home_answer const&)> then) {
    lines_.forget_lines(*from_.members());
    auto const address = address_of(what.log);
    auto const line = address.empty() || asked_.size() >= most_calls
                          ? nullptr
                          : lines_.line_to(address, {patience_for(what.wait), most_connections});
    if (!line) {
        ++counters_.unreachable;
        return then({});
    }
    auto& one = asked_.emplace_front();
    one.place = asked_.begin();
    one.target.append(home_prefix).append(target);
    one.lines = std::move(what.header_lines);
    one.lines.append(call::caller_header).append(": ");
    codecs::append_percent_encoded(one.lines, what.account);
    one.lines.append("\r\n").append(call::slots_header).append(": ");
    one.lines.append(call::slots_text(what.slots)).append("\r\n");
    one.body = what.body;
    one.then = std::move(then);
    auto& request = one.request;
    request.to = line.get();
    request.owner = this;
    request.method = "POST";
    request.target = one.target;
    request.header_lines = one.lines;
    request.body = one.body;
    request.is_sent_once = true;
    request.emplace_state<asked*>(&one);
    lines_.start(request);
}

void home_asker::on_answer(client::outbound_request& done, client::inbound_response const& got) {
    call::home_answer answer;
    answer.may_have_arrived = true;
    if (got.is_truncated) return on_failure(done, {queue::cause::bad_answer, {}, {}, false});
    auto const lines = lines_for_caller(got.header_lines);
    answer.status = got.status;
    answer.content_type = got.content_type;
    answer.header_lines = lines;
    answer.body = got.body;
    auto& count = answer.is_moved()  ? counters_.moved
                  : got.status < 300 ? counters_.taken
                                     : counters_.refused;
    ++count;
    end(done, answer);
}

void home_asker::on_failure(client::outbound_request& done, client::failure const& why) {
    call::home_answer answer;
    answer.may_have_arrived = may_have_arrived(why.cause);
    ++(answer.may_have_arrived ? counters_.unknown : counters_.unreachable);
    end(done, answer);
}

void home_asker::end(client::outbound_request& done, call::home_answer const& got) {
    auto& one = *done.state<asked*>();
    auto const then = std::move(one.then);
    asked_.erase(one.place);
    if (!is_ending_) then(got);
}

void home_asker::look_again(std::function<void()> then) {
    from_.look_again([&io = io_, then = std::move(then)] { boost::asio::post(io, then); });
}

} // namespace sluice::gateway::cluster
