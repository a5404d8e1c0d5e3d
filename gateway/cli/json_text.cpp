#include "gateway/cli/json_text.hpp"

#include "gateway/cli/table.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace sluice::gateway::cli {

using boost::json::value;

value const* member(value const& of, std::string_view name) {
    auto const* object = of.if_object();
    auto const* found = object ? object->if_contains(name) : nullptr;
    return found && !found->is_null() ? found : nullptr;
}

namespace {

void append_flat(std::string& out, value const& of) {
    if (auto const* text = of.if_string()) return append_safe(out, *text);
    // Boost.JSON would write 0.2 as 2E-1.
    if (auto const* number = of.if_double()) {
        out += fmt::format("{}", *number);
        return;
    }
    std::string_view gap;
    if (auto const* list = of.if_array()) {
        for (auto const& each : *list) {
            out += gap;
            append_flat(out, each);
            gap = ", ";
        }
        return;
    }
    auto const* object = of.if_object();
    if (!object) {
        out += boost::json::serialize(of);
        return;
    }
    for (auto const& [name, held] : *object) {
        if (held.is_null()) continue;
        out += gap;
        append_safe(out, name);
        out += ' ';
        append_flat(out, held);
        gap = "  ";
    }
}

} // namespace

std::string flat_text(value const& of) {
    std::string out;
    append_flat(out, of);
    return out;
}

std::string text_of(value const& of, std::string_view name) {
    auto const* found = member(of, name);
    return found ? flat_text(*found) : std::string();
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
