#include "gateway/server/exchange.hpp"

#include "gateway/server/pipeline.hpp"

namespace sluice::gateway::server {

void exchange::reply(answer const& given) {
    owner_.take_answer(*this, given);
}

void exchange::reply(unsigned status, std::string_view content_type, std::string_view body,
                     std::string_view header_lines) {
    answer given;
    given.status = status;
    given.content_type = content_type;
    given.body = body;
    given.header_lines = header_lines;
    owner_.take_answer(*this, given);
}

std::unique_ptr<head_memo>& exchange::memo() {
    return owner_.reader_.memo();
}

std::uint64_t exchange::head_number() const {
    return owner_.reader_.head_number();
}

std::uint64_t exchange::announced_body() const {
    return owner_.reader_.current().body_size;
}

bool exchange::has_chunked_body() const {
    return owner_.reader_.current().body == body_kind::chunked;
}

void exchange::begin_stream(answer const& given) {
    owner_.begin_stream(*this, given);
}

bool exchange::stream(std::string_view bytes) {
    return owner_.add_to_stream(*this, bytes);
}

void exchange::end_stream() {
    owner_.end_stream(*this);
}

bool exchange::peer_ended() const {
    return owner_.peer_ended();
}

bool exchange::peer_gone() const {
    return owner_.peer_gone();
}

} // namespace sluice::gateway::server
