#include "gateway/delivery/decoded_answer.hpp"

#include "codecs/text.hpp"
#include "gateway/http/text.hpp"

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

// Several fields are one list (RFC 9110 section 5.3). Empty: the body is not coded.
std::string coding_of(client::inbound_response const& answer) {
    std::string all;
    if (answer.body.empty()) return all;
    for (auto lines = answer.header_lines; !lines.empty();) {
        auto const end = std::min(lines.find("\r\n"), lines.size());
        auto const line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 2, lines.size()));
        auto const colon = line.find(':');
        bool const is_it = colon != line.npos &&
                           http::equal_ignoring_case(line.substr(0, colon), "Content-Encoding");
        if (!is_it) continue;
        if (!all.empty()) all += ", ";
        all += codecs::trim(line.substr(colon + 1));
    }
    return codecs::is_coded(all) ? all : std::string();
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

void decoded_answer::show_whole(queue::outcome& to) const {
    to.response = given_.body();
    to.response_type = answer_.content_type;
    if (coding_.empty() || !codecs::is_coding_list(coding_)) return;
    to.response_coding = coding_;
    to.coded_response = answer_.body;
}

} // namespace sluice::gateway::delivery
