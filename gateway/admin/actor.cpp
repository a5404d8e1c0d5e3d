#include "gateway/admin/actor.hpp"

#include "codecs/json.hpp"
#include "codecs/percent.hpp"

#include <fmt/format.h>

namespace sluice::gateway::admin {

namespace {

constexpr std::size_t most_name = 64; // bytes of who did it

} // namespace

call::checked<std::string> name_in(std::string_view text_of_body) {
    if (text_of_body.empty()) return std::string();
    auto const body = codecs::parse_json(text_of_body);
    if (!body) return call::undecodable(body.error());
    auto const* object = body->if_object();
    if (!object) return call::invalid("", "Must be a JSON object.");
    auto const* by = object->if_contains("by");
    if (!by) return std::string();
    auto const* text = by->if_string();
    if (!text || text->empty() || text->size() > most_name) {
        return call::invalid("/by", fmt::format("Must be a text of 1 to {} bytes.", most_name));
    }
    return std::string(*text);
}

std::string caller_of(let_in const& given) {
    auto const& req = given.on.req;
    if (!given.is_forwarded) return "an operator at " + req.peer.to_string();
    auto const name = codecs::percent_decode(req.header(call::caller_header));
    return name && !name->empty() ? *name : std::string("an operator");
}

call::checked<std::string> actor_of(let_in const& given) {
    if (given.is_forwarded || !given.row.changes()) return caller_of(given);
    auto name = name_in(given.on.req.body);
    if (name && name->empty()) return caller_of(given);
    return name;
}

} // namespace sluice::gateway::admin
