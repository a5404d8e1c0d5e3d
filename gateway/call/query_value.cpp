#include "gateway/call/query_value.hpp"

#include "codecs/percent.hpp"
#include "codecs/query.hpp"

#include <fmt/format.h>

namespace sluice::gateway::call {

checked<std::optional<std::string>> query_value(std::string_view query, std::string_view name) {
    std::optional<std::string> found;
    codecs::query_walk walk(query);
    for (codecs::query_part part; walk.next(part);) {
        if (part.name != name) continue;
        if (found) {
            return refusal{.status = 400, .detail = fmt::format("{} is given twice.", name)};
        }
        auto value = codecs::percent_decode(part.value);
        if (!value) {
            return refusal{.status = 400,
                           .detail = fmt::format("{} is not percent-encoded UTF-8.", name)};
        }
        found = std::move(*value);
    }
    return found;
}

} // namespace sluice::gateway::call
