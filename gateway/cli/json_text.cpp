#include "gateway/cli/json_text.hpp"

#include "gateway/cli/table.hpp"

#include <boost/json/serialize.hpp>

namespace sluice::gateway::cli {

using boost::json::value;

value const* member(value const& of, std::string_view name) {
    auto const* object = of.if_object();
    auto const* found = object ? object->if_contains(name) : nullptr;
    return found && !found->is_null() ? found : nullptr;
}

std::string text_of(value const& of, std::string_view name) {
    auto const* found = member(of, name);
    if (!found) return {};
    std::string out;
    append_safe(out, found->is_string() ? std::string_view(found->get_string())
                                        : std::string_view(boost::json::serialize(*found)));
    return out;
}

bool is_true(value const& of, std::string_view name) {
    auto const* found = member(of, name);
    return found && found->is_bool() && found->get_bool();
}

std::uint64_t number_of(value const& of, std::string_view name) {
    auto const* found = member(of, name);
    boost::system::error_code ec;
    auto const number = found ? found->to_number<std::uint64_t>(ec) : 0;
    return ec ? 0 : number;
}

std::size_t length_of(value const& of, std::string_view name) {
    auto const* found = member(of, name);
    return found && found->is_array() ? found->get_array().size() : 0;
}

} // namespace sluice::gateway::cli
