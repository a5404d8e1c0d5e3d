#include "gateway/server/pipeline.hpp"

#include "gateway/server/method.hpp"
#include "gateway/server/reply.hpp"

#include <boost/assert.hpp>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

namespace sluice::gateway::server {
namespace {

constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
// Answers are joined into one write up to about this many bytes.
constexpr std::size_t write_size = 256 * 1024;
// Memory of a text that is kept for the next request; more is given back. Only a connection that
// pipelines has more than one exchange, and up to pipeline_limit of them: those keep little.
constexpr std::size_t kept_text = 64 * 1024;
constexpr std::size_t kept_text_of_others = 4 * 1024;
// An answer of a read above this size is refused when too many bytes wait for slow readers; a
// lasting body above it is not copied.
constexpr std::size_t large_body = 16 * 1024;

void trim_memory(std::string& text, std::size_t kept = kept_text) {
    if (text.capacity() > kept) std::string().swap(text);
}

bool is_read(std::string_view method) {
    return method == "GET" || method == "HEAD";
}

} // namespace

pipeline::pipeline(server_shared& shared, pipeline_owner& owner, peer_info peer,
                   time_point accepted)
    : shared_(shared)
    , owner_(owner)
    , peer_(std::move(peer))
    , reader_(shared.options)
    , accepted_(accepted) {}

pipeline::~pipeline() {
    shared_.unsent -= unsent_;
}

pipeline::step pipeline::next() {
    is_in_next_ = true;
    struct leave {
        bool& flag;
        ~leave() { flag = false; }
    } const on_return{is_in_next_};
    while (true) {
        if (is_busy()) collect_answers();
        if (!output_.empty()) return step::write;
        if (is_busy()) return step::wait;
        if (is_broken_ || is_closing_) return step::close;
        if (count_ > 0) finish_batch();
        while (may_take() && take_request()) {
        }
        if (count_ == 0 && output_.empty()) return step::read;
    }
}

// The first request of a batch always may: nothing of this connection waits then.
bool pipeline::may_take() const {
    auto const& options = shared_.options;
    if (count_ == 0) return true;
    return count_ < options.pipeline_limit && unsent_ < options.unsent_limit &&
           shared_.unsent < options.unsent_total_limit;
}

// What a read asks for can be asked for again; what a change came to must be told.
bool pipeline::is_too_much(exchange const& x, answer const& given) const {
    if (given.body.size() <= large_body || given.is_body_lasting || shared_.unsent == 0)
        return false;
    return is_read(x.request_.method) &&
           shared_.unsent + given.body.size() > shared_.options.unsent_total_limit;
}

void pipeline::count_unsent(exchange& x) {
    x.unsent_ = x.reply_.size();
    unsent_ += x.unsent_;
    shared_.unsent += x.unsent_;
}

void pipeline::forget_unsent(exchange& x) {
    unsent_ -= x.unsent_;
    shared_.unsent -= x.unsent_;
    x.unsent_ = 0;
}

exchange& pipeline::open_exchange() {
    if (count_ == exchanges_.size()) exchanges_.push_back(std::make_unique<exchange>(*this));
    return *exchanges_[count_];
}

// Takes one request from the buffer. True if another one may be taken behind it.
bool pipeline::take_request() {
    using progress = request_reader::progress;
    // The usual end of a batch: else an exchange would be made ready for nothing, twice a request.
    if (reader_.is_empty() && !is_reading_body_) return false;
    exchange& x = open_exchange();
    if (!is_reading_body_) {
        x.request_ = {};
        x.request_.peer = peer_.address;
        x.request_.is_tls = peer_.is_tls;
        x.body_.clear();
        x.scratch_.clear();
        x.reply_.clear();
        x.lasting_ = {};
        x.body_limit_ = shared_.options.body_limit;
        x.closes_ = x.is_slow_ = x.has_replied_ = x.is_streaming_ = false;
        x.note = 0;
        auto const read = reader_.read_head(x);
        if (read == progress::refused) refuse(x, reader_.refusal());
        if (read != progress::done) return false;
        if (count_ > 0 && !reader_.has_whole_body(x)) {
            // Its body is read when the buffer is free of the requests before it.
            reader_.forget_head();
            return false;
        }
        if (!begin_body(x)) return !x.closes_;
    }
    bool const is_asked_for = !is_reading_body_ && reader_.is_body_withheld();
    auto const read = reader_.read_body(x);
    is_reading_body_ = read == progress::more;
    if (read == progress::refused) refuse(x, reader_.refusal());
    if (is_reading_body_ && is_asked_for) output_ = continue_line;
    if (read != progress::done) return false;
    ++count_;
    shared_.counters.requests.add();
    guard(x, [&] { shared_.requests.handle(x); });
    return !x.closes_ && !x.is_slow_ && !x.is_streaming_;
}

// Calls the handler; an exception becomes the answer, and the last one of this connection.
template <class Call>
void pipeline::guard(exchange& x, Call call) {
    try {
        call();
    } catch (std::bad_alloc const&) {
        answer_failure(x, {503, "There is not enough memory for this request."});
    } catch (...) {
        if (shared_.options.on_failure) shared_.options.on_failure(std::current_exception());
        answer_failure(x, {500, "The request failed for a reason of ours."});
    }
}

// Shows the header to the handler. False if that already brought the answer.
bool pipeline::begin_body(exchange& x) {
    x.closes_ = !reader_.current().keeps_alive;
    is_in_header_ = true;
    guard(x, [&] { shared_.requests.on_header(x); });
    is_in_header_ = false;
    if (!x.has_replied_) return true;
    if (!x.closes_ && reader_.skip_body(x) != request_reader::progress::done) x.closes_ = true;
    ++count_;
    return false;
}

// After an exception of the handler. An answer that was given before it stands.
void pipeline::answer_failure(exchange& x, refusal const& why) {
    if (x.has_replied_) return;
    if (x.is_streaming_) return end_stream(x);
    shared_.counters.refusals_with(why.status).add();
    x.closes_ = true;
    write_problem(x, why);
}

// Answers the open exchange by itself; it is the last one of this connection.
void pipeline::refuse(exchange& x, refusal const& why) {
    is_reading_body_ = false;
    ++count_;
    shared_.counters.refusals_with(why.status).add();
    x.closes_ = true;
    write_problem(x, why);
}

void pipeline::write_problem(exchange& x, refusal const& why) {
    x.scratch_.clear();
    auto const& writer = shared_.options.write_problem;
    if (writer)
        writer(why, x.scratch_);
    else
        write_problem_json(why, x.scratch_);
    header_field const allow{"Allow", allowed_methods};
    answer given;
    given.status = why.status;
    given.content_type = "application/problem+json";
    given.body = x.scratch_;
    if (why.status == 405) given.headers = {&allow, 1};
    if (why.status == 503) given.header_lines = "Retry-After: 1\r\n";
    take_answer(x, given);
}

void pipeline::take_answer(exchange& x, answer const& given) {
    BOOST_ASSERT(!x.has_replied_);
    BOOST_ASSERT(given.status >= 200 && given.status < 600);
    if (!has_safe_headers(given)) {
        // Whoever let a line end into a header has a hole elsewhere, too; nothing of it is sent.
        return write_problem(x, {500, "The answer had a malformed header."});
    }
    if (is_too_much(x, given)) {
        shared_.counters.refusals_with(503).add();
        return write_problem(x, {503, "Too many answers wait for those who asked to read them."});
    }
    // The next request can only be found behind a body that is already here.
    if (is_in_header_ && !reader_.has_whole_body(x)) x.closes_ = true;
    bool const is_last = is_in_header_ || exchanges_[count_ - 1].get() == &x;
    if (is_draining_ && is_last && reader_.is_empty()) x.closes_ = true;
    if (!is_broken_) {
        reply_context context;
        context.date_line = shared_.date.now();
        context.is_head = x.request_.method == "HEAD";
        context.is_http_1_0 = x.request_.version_minor == 0;
        context.closes = x.closes_;
        context.has_body_apart = given.is_body_lasting && given.body.size() > large_body;
        write_reply(given, context, x.reply_);
        if (context.has_body_apart && !context.is_head) x.lasting_ = given.body;
        count_unsent(x);
    }
    trim_memory(x.scratch_);
    x.has_replied_ = true;
    shared_.requests.on_replied(x, given.status);
    if (!is_in_next_) owner_.answer_is_ready();
}

void pipeline::begin_stream(exchange& x, answer const& given) {
    BOOST_ASSERT(!x.has_replied_ && !x.is_streaming_ && !is_in_header_);
    if (!has_safe_headers(given)) {
        throw std::invalid_argument("the head of a stream has a malformed header");
    }
    x.is_streaming_ = true;
    x.closes_ = true;
    reply_context context;
    context.date_line = shared_.date.now();
    context.closes = true;
    context.ends_with_connection = true;
    write_reply(given, context, x.reply_);
    shared_.requests.on_replied(x, given.status);
    if (!is_in_next_) owner_.answer_is_ready();
}

bool pipeline::add_to_stream(exchange& x, std::string_view bytes) {
    BOOST_ASSERT(x.is_streaming_ && !x.has_replied_);
    if (is_broken_ || x.reply_.size() + bytes.size() > exchange::stream_limit) return false;
    x.reply_ += bytes;
    if (!is_in_next_) owner_.answer_is_ready();
    return true;
}

void pipeline::end_stream(exchange& x) {
    BOOST_ASSERT(x.is_streaming_ && !x.has_replied_);
    x.has_replied_ = true;
    if (!is_in_next_) owner_.answer_is_ready();
}

// A stream's bytes go out as they come, while the handler adds more of them.
void pipeline::collect_stream(exchange& x) {
    joined_.swap(x.reply_);
    x.reply_.clear();
    output_ = joined_;
    collected_ = sent_;
    if (!x.has_replied_) return;
    ++collected_;
    closes_after_output_ = true;
    if (!output_.empty()) return;
    sent_ = collected_;
    is_closing_ = true;
}

// Puts the answers that are next in order into output_.
void pipeline::collect_answers() {
    if (!output_.empty()) return;
    if (is_broken_ || is_closing_) {
        // Nobody reads them: they only have to be given before the connection may end.
        while (is_busy() && exchanges_[sent_]->has_replied_)
            ++sent_;
        return;
    }
    if (is_stream_next()) return collect_stream(*exchanges_[sent_]);
    std::size_t size = 0;
    bool is_full = false;
    collected_ = sent_;
    while (collected_ < count_ && exchanges_[collected_]->has_replied_ &&
           !exchanges_[collected_]->is_streaming_ && !closes_after_output_ && !is_full) {
        auto const& x = *exchanges_[collected_];
        if (size > 0 && size + x.reply_.size() > write_size) break;
        size += x.reply_.size();
        closes_after_output_ = x.closes_;
        is_full = !x.lasting_.empty();
        ++collected_;
    }
    if (collected_ == sent_) return;
    if (collected_ == sent_ + 1) {
        output_ = exchanges_[sent_]->reply_;
        return;
    }
    joined_.clear();
    for (auto i = sent_; i < collected_; ++i)
        joined_ += exchanges_[i]->reply_;
    output_ = joined_;
}

void pipeline::on_written(time_point now) {
    shared_.counters.bytes_out.add(output_.size());
    output_ = {};
    resumed_ = now;
    // The body that lies elsewhere goes out behind the head that announced it.
    if (collected_ > sent_) output_ = std::exchange(exchanges_[collected_ - 1]->lasting_, {});
    if (!output_.empty()) return;
    for (; sent_ < collected_; ++sent_) {
        forget_unsent(*exchanges_[sent_]);
        trim_memory(exchanges_[sent_]->reply_);
    }
    has_answered_ = true;
    is_closing_ = closes_after_output_;
}

void pipeline::finish_batch() {
    for (std::size_t i = 0; i < count_; ++i) {
        auto const kept = i == 0 ? kept_text : kept_text_of_others;
        forget_unsent(*exchanges_[i]);
        trim_memory(exchanges_[i]->body_, kept);
        trim_memory(exchanges_[i]->scratch_, kept);
        trim_memory(exchanges_[i]->reply_, kept);
    }
    trim_memory(joined_);
    count_ = sent_ = collected_ = 0;
    if (!is_reading_body_) reader_.release();
}

pipeline::time_point pipeline::read_deadline() const {
    auto const& options = shared_.options;
    if (is_reading_body_) return std::max(reader_.started(), resumed_) + options.request_timeout;
    if (!reader_.is_empty()) return std::max(reader_.started(), resumed_) + options.header_timeout;
    if (has_answered_) return resumed_ + options.idle_timeout;
    return accepted_ + options.header_timeout;
}

void pipeline::on_read(std::size_t size, time_point now) {
    shared_.counters.bytes_in.add(size);
    reader_.commit(size, now);
}

void pipeline::on_read_timeout() {
    shared_.counters.timeouts.add();
    if (is_idle())
        is_closing_ = true;
    else
        refuse(open_exchange(), {408, "The request did not come to its end in time."});
}

void pipeline::on_end_of_input() {
    has_input_ended_ = true;
    if (is_idle())
        is_closing_ = true;
    else
        refuse(open_exchange(), {400, "The request ended before its end."});
}

void pipeline::abandon() {
    is_broken_ = true;
    output_ = {};
    sent_ = std::min(std::max(sent_, collected_), count_);
}

} // namespace sluice::gateway::server
