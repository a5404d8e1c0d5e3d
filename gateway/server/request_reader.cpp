#include "gateway/server/request_reader.hpp"

#include "gateway/server/head_parser.hpp"
#include "gateway/server/method.hpp"
#include "gateway/server/target.hpp"

#include <boost/assert.hpp>

#include <algorithm>
#include <cstring>
#include <limits>

namespace sluice::gateway::server {
namespace {

// One read takes a whole ordinary request; a smaller first buffer means several reads for it.
constexpr std::size_t initial_capacity = 16 * 1024;
// Kept free while a header is read, so that the chunks behind it have room in the same buffer.
constexpr std::size_t reserve = 1024;
// The first piece of memory for a body of its own; doubled as bytes really come, so that an
// announced size alone costs nothing.
constexpr std::size_t first_body_piece = 64 * 1024;
// RFC 9112 section 2.2 asks to ignore at least one empty line before a request.
constexpr unsigned max_empty_lines = 8;
// So many heads are told from one that is similar; then one is read as a whole and remembered in
// its place: what it differed in may stay as it is now.
constexpr unsigned most_similar_in_a_row = 15;

std::unique_ptr<char[]> allocate(std::size_t size) {
    return std::make_unique_for_overwrite<char[]>(size);
}

} // namespace

request_reader::request_reader(server_options const& options)
    : options_(options)
    , memory_(allocate(initial_capacity))
    , capacity_(initial_capacity) {}

std::span<char> request_reader::space() {
    if (place_ == place::body_apart) {
        auto& body = *body_apart_;
        if (body_received_ == body.size()) {
            auto const size = std::max<std::uint64_t>(body.size() * 2, first_body_piece);
            body.resize(static_cast<std::size_t>(std::min(size, framing_.body_size)));
        }
        return {body.data() + body_received_, body.size() - body_received_};
    }
    if (place_ == place::head) {
        if (capacity_ - end_ < 2 * reserve) grow_for_head();
        return {memory_.get() + end_, capacity_ - end_ - reserve};
    }
    // A sized body may fill the buffer, but what is read ahead behind it keeps off the reserve.
    auto const free = capacity_ - end_;
    if (place_ == place::chunks) return {memory_.get() + end_, free};
    auto const missing = static_cast<std::size_t>(framing_.body_size) - behind_head().size();
    return {memory_.get() + end_, std::max(missing, free > reserve ? free - reserve : 0)};
}

// Called only while no view into the buffer is alive: nothing is read behind an open request.
void request_reader::grow_for_head() {
    auto const size = capacity_ * 2;
    auto larger = allocate(size);
    std::memcpy(larger.get(), memory_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    memory_ = std::move(larger);
    capacity_ = size;
}

void request_reader::commit(std::size_t size, time_point now) {
    if (is_empty() && place_ == place::head) started_ = now;
    last_read_ = now;
    (place_ == place::body_apart ? body_received_ : end_) += size;
}

bool request_reader::skip_empty_lines() {
    while (unparsed().starts_with("\r\n")) {
        if (++empty_lines_ > max_empty_lines) {
            refusal_ = {400, "There are too many empty lines before the request."};
            return false;
        }
        begin_ += 2;
    }
    // A CR alone may become an empty line yet.
    return !is_empty() && unparsed() != "\r";
}

request_reader::progress request_reader::refuse(http::refusal const& why) {
    refusal_ = why;
    return progress::refused;
}

request_reader::progress request_reader::read_head(exchange& into) {
    if (!skip_empty_lines()) return refusal_ ? progress::refused : progress::more;
    if (take_known_head(into)) return take_head(into);
    head_size_ = scanner_.scan(unparsed(), {options_.header_limit, options_.uri_limit});
    if (scanner_.refusal()) return refuse(scanner_.refusal());
    if (head_size_ == 0) return progress::more;
    // A later minor version is to be read as 1.1 (RFC 9110 section 2.5); Beast refuses it.
    char& minor_version = memory_[begin_ + scanner_.request_line_size() - 1];
    if (minor_version > '1') minor_version = '1';
    return judge_head(into);
}

// A reload may have changed them since it was read.
bool request_reader::is_within_limits(std::size_t head_size) const {
    return head_size <= options_.header_limit && known_.target_size() <= options_.uri_limit &&
           known_.field_count() <= options_.max_headers;
}

bool request_reader::take_known_head(exchange& into) {
    if (known_.begins(unparsed()) && is_within_limits(known_.size())) {
        head_size_ = known_.size();
        known_.tell(unparsed().data(), into.request_, framing_, into.fields_);
        head_number_ = known_number_;
        similar_in_a_row_ = 0;
        return true;
    }
    if (similar_in_a_row_ == most_similar_in_a_row) return false;
    head_size_ = known_.tell_similar(unparsed(), into.request_, framing_, into.fields_);
    if (head_size_ == 0 || !is_within_limits(head_size_)) return false;
    head_number_ = ++newest_number_;
    ++similar_in_a_row_;
    return true;
}

request_reader::progress request_reader::take_head(exchange& into) {
    into.request_.received = started_;
    place_ = place::body;
    return progress::done;
}

request_reader::progress request_reader::judge_head(exchange& into) {
    known_number_ = head_number_ = ++newest_number_;
    similar_in_a_row_ = 0;
    parsed_head head;
    auto const malformed =
        parse_head(unparsed().substr(0, head_size_), options_.max_headers, head, into.fields_);
    if (malformed) return refuse(malformed);
    request& read = into.request_;
    read.method = head.method;
    read.version_minor = head.version_minor;
    if (auto const refused = check_method(head.method)) return refuse(refused);
    framing_ = check_framing(into.fields_, head.version_minor);
    if (framing_.refusal) return refuse(framing_.refusal);
    auto const target = parse_target(head.target, head.method);
    if (!target) {
        refusal_detail_ = target_problem(head.target);
        return refuse({400, refusal_detail_});
    }
    read.target = target->target;
    read.path = target->path;
    read.query = target->query;
    read.host = target->authority.empty() ? framing_.host : target->authority;
    read.headers = into.fields_;
    read.name_sizes = 0;
    for (auto const& [name, value] : read.headers)
        read.name_sizes |= request::size_bit(name);
    known_.remember(unparsed().substr(0, head_size_), read, framing_);
    return take_head(into);
}

bool request_reader::has_whole_body(exchange& into) {
    if (framing_.body == body_kind::none) return true;
    if (framing_.body == body_kind::sized) return behind_head().size() >= framing_.body_size;
    http::chunk_decoder trial;
    trial.reset({into.body_limit_, options_.header_limit});
    trial.feed(behind_head(), into.body_);
    into.body_.clear();
    return trial.state() != http::chunk_decoder::status::more;
}

request_reader::progress request_reader::read_body(exchange& into) {
    switch (framing_.body) {
    case body_kind::none:
        return finish(into, {}, 0);
    case body_kind::sized:
        return read_sized_body(into);
    case body_kind::chunked:
        return read_chunked_body(into);
    }
    BOOST_ASSERT(false);
    return progress::refused;
}

request_reader::progress request_reader::read_sized_body(exchange& into) {
    if (framing_.body_size > into.body_limit_) return refuse({413, "The body is too large."});
    auto const size = static_cast<std::size_t>(framing_.body_size);
    if (place_ == place::body_apart) {
        if (body_received_ < size) return progress::more;
        return finish(into, into.body_, 0);
    }
    if (behind_head().size() >= size) return finish(into, behind_head().substr(0, size), size);
    if (size > capacity_ - begin_ - head_size_) move_body_apart(into);
    return progress::more;
}

void request_reader::move_body_apart(exchange& into) {
    into.body_.assign(behind_head());
    body_received_ = into.body_.size();
    body_apart_ = &into.body_;
    end_ = begin_ + head_size_;
    place_ = place::body_apart;
}

request_reader::progress request_reader::read_chunked_body(exchange& into) {
    if (place_ == place::body) {
        decoder_.reset({into.body_limit_, options_.header_limit});
        place_ = place::chunks;
    }
    auto const used = decoder_.feed(behind_head(), into.body_);
    switch (decoder_.state()) {
    case http::chunk_decoder::status::more:
        // All of it is decoded: the same room takes the next bytes.
        end_ = begin_ + head_size_;
        return progress::more;
    case http::chunk_decoder::status::done:
        return finish(into, into.body_, used);
    case http::chunk_decoder::status::malformed:
        return refuse({400, "The chunked body is malformed."});
    case http::chunk_decoder::status::body_too_large:
        return refuse({413, "The body is too large."});
    case http::chunk_decoder::status::overhead_too_large:
        return refuse({431, "Chunk extensions and trailers are too large."});
    }
    BOOST_ASSERT(false);
    return progress::refused;
}

request_reader::progress request_reader::finish(exchange& into, std::string_view body,
                                                std::size_t size_in_buffer) {
    into.request_.body = body;
    begin_ += head_size_ + size_in_buffer;
    body_apart_ = nullptr;
    started_ = last_read_;
    forget_head();
    empty_lines_ = 0;
    return progress::done;
}

request_reader::progress request_reader::skip_body(exchange& into) {
    into.body_limit_ = std::numeric_limits<std::uint64_t>::max();
    return read_body(into);
}

void request_reader::forget_head() {
    scanner_.reset();
    head_size_ = 0;
    place_ = place::head;
}

void request_reader::release() {
    if (begin_ == 0) return;
    if (!is_empty()) std::memmove(memory_.get(), memory_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (capacity_ > initial_capacity && end_ == 0) {
        memory_ = allocate(initial_capacity);
        capacity_ = initial_capacity;
    }
}

} // namespace sluice::gateway::server
