#include "gateway/server/known_head.hpp"

#include "gateway/http/moved_part.hpp"

#include <functional>

namespace sluice::gateway::server {
namespace {

using http::moved_part;

bool is_part(std::string_view part, std::string_view whole) {
    std::less_equal<> const is_before;
    return part.empty() || (is_before(whole.data(), part.data()) &&
                            is_before(part.data() + part.size(), whole.data() + whole.size()));
}

void point_into(request const& meaning, framing const& body, char const* from, char const* to,
                request& moved_meaning, framing& moved_body) {
    moved_meaning.method = moved_part(meaning.method, from, to);
    moved_meaning.target = moved_part(meaning.target, from, to);
    moved_meaning.path = moved_part(meaning.path, from, to);
    moved_meaning.query = moved_part(meaning.query, from, to);
    moved_meaning.host = moved_part(meaning.host, from, to);
    moved_meaning.version_minor = meaning.version_minor;
    moved_body = body;
    moved_body.host = moved_part(body.host, from, to);
}

void point_into(std::span<header_field const> fields, char const* from, char const* to,
                std::vector<header_field>& moved_fields) {
    moved_fields.clear();
    moved_fields.reserve(fields.size());
    for (auto const& [name, value] : fields)
        moved_fields.push_back({moved_part(name, from, to), moved_part(value, from, to)});
}

} // namespace

void known_head::remember(std::string_view head, request const& meaning, framing const& body) {
    bytes_.clear();
    // The absolute form without a path means "/", which stands nowhere in it.
    if (head.size() > most || !is_part(meaning.target, head) || !is_part(meaning.path, head))
        return;
    bytes_ = head;
    point_into(meaning, body, head.data(), bytes_.data(), meaning_, body_);
    point_into(meaning.headers, head.data(), bytes_.data(), fields_);
}

void known_head::tell(char const* at, request& meaning, framing& body,
                      std::vector<header_field>& fields) const {
    point_into(meaning_, body_, bytes_.data(), at, meaning, body);
    point_into(fields_, bytes_.data(), at, fields);
    meaning.headers = fields;
}

} // namespace sluice::gateway::server
