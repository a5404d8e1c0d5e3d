#include "gateway/server/request.hpp"

#include "gateway/http/text.hpp"

namespace sluice::gateway::server {

std::string_view request::header(std::string_view name) const {
    if ((name_sizes & size_bit(name)) == 0) return {};
    for (header_field const& field : headers) {
        if (http::equal_ignoring_case(field.name, name)) return field.value;
    }
    return {};
}

bool request::has(std::string_view name) const {
    return count(name) != 0;
}

std::size_t request::count(std::string_view name) const {
    if ((name_sizes & size_bit(name)) == 0) return 0;
    std::size_t found = 0;
    for (header_field const& field : headers) {
        if (http::equal_ignoring_case(field.name, name)) ++found;
    }
    return found;
}

} // namespace sluice::gateway::server
