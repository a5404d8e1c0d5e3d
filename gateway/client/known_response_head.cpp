#include "gateway/client/known_response_head.hpp"

#include "gateway/http/moved_part.hpp"

namespace sluice::gateway::client {
namespace {

response_head moved(response_head const& meaning, char const* from, char const* to) {
    auto there = meaning;
    there.content_type = http::moved_part(meaning.content_type, from, to);
    there.retry_after = http::moved_part(meaning.retry_after, from, to);
    there.header_lines = http::moved_part(meaning.header_lines, from, to);
    return there;
}

} // namespace

void known_response_head::remember(std::string_view head, bool is_head_request,
                                   response_head const& meaning) {
    bytes_.clear();
    if (head.size() > most) return;
    bytes_ = head;
    is_head_request_ = is_head_request;
    meaning_ = moved(meaning, head.data(), bytes_.data());
}

response_head known_response_head::meaning(char const* at) const {
    return moved(meaning_, bytes_.data(), at);
}

} // namespace sluice::gateway::client
