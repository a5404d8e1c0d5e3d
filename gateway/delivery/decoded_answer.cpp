#include "gateway/delivery/decoded_answer.hpp"

namespace sluice::gateway::delivery {

namespace {

codecs::result<std::string> decode(std::string_view body, std::string_view coding,
                                   codecs::inflate_limits const& limits) {
    if (coding.empty()) return std::string();
    return codecs::decode_content(body, coding, limits);
}

std::string_view readable(codecs::result<std::string> const& plain) {
    return plain ? std::string_view(*plain) : std::string_view();
}

} // namespace

decoded_answer::decoded_answer(client::inbound_response const& answer,
                               codecs::inflate_limits const& limits)
    : answer_(answer)
    , coding_(coding_of(answer))
    , plain_(decode(answer.body, coding_, limits))
    , given_(answer.status, answer.content_type, coding_.empty() ? answer.body : readable(plain_),
             answer.header_lines) {
    if (!plain_) given_.cannot_be_decoded(plain_.error().detail);
}

std::string_view decoded_answer::coding_of(client::inbound_response const& answer) {
    if (answer.body.empty()) return {};
    auto const coding = answer.header("Content-Encoding");
    return codecs::is_coded(coding) ? coding : std::string_view();
}

void decoded_answer::show_whole(queue::outcome& to) const {
    to.response = given_.body();
    to.response_type = answer_.content_type;
    if (coding_.empty() || !codecs::is_coding_list(coding_)) return;
    to.response_coding = coding_;
    to.coded_response = answer_.body;
}

} // namespace sluice::gateway::delivery
