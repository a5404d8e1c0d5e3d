#include "gateway/tables/agent.hpp"

namespace sluice::gateway::tables {

std::string_view to_string(break_source source) {
    return source == break_source::webhook ? "webhook" : "admin";
}

} // namespace sluice::gateway::tables
