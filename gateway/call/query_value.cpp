#include "gateway/call/query_value.hpp"

#include "codecs/percent.hpp"

#include <fmt/format.h>

namespace sluice::gateway::call {

checked<std::optional<std::string>> query_value(std::string_view query, std::string_view name) {
    std::optional<std::string> found;
    for (auto rest = query; !rest.empty();) {
        auto const end = rest.find('&');
        auto const part = rest.substr(0, end);
        rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
        auto const equals = part.find('=');
        if (part.substr(0, equals) != name) continue;
        if (found) {
            return refusal{.status = 400, .detail = fmt::format("{} is given twice.", name)};
        }
        auto value = codecs::percent_decode(equals == part.npos ? std::string_view()
                                                                : part.substr(equals + 1));
        if (!value) {
            return refusal{.status = 400,
                           .detail = fmt::format("{} is not percent-encoded UTF-8.", name)};
        }
        found = std::move(*value);
    }
    return found;
}

} // namespace sluice::gateway::call
