// The public listener's calls: which method and path lead to which endpoint. One constant table;
// 404, 405 and Allow follow from it. The paths are those of docs/openapi.yaml, which a test
// compares with this table.
#pragma once

#include "gateway/call/route_table.hpp"
#include "gateway/server/exchange.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace sluice::gateway::endpoints {

struct endpoint_set; // the endpoints of one I/O thread: endpoint_set.hpp

// A call that a row was found for.
struct routed_call {
    server::exchange& on;
    call::path_names const& names;
    std::uint32_t label = 0; // of the metrics, of rows that have one
};

struct route {
    std::string_view method;
    std::string_view pattern; // as in call/route_table.hpp
    // Answers in the end, or says why not.
    call::checked<void> (*answer)(endpoint_set& to, routed_call const& given) = nullptr;
    // The label of the tasks that such calls become; empty: none, or the route's own.
    std::string_view label = {};
    // What can be refused before the body is read; `announced` is its size by Content-Length, 0
    // where there is none. Null: nothing.
    call::checked<void> (*look)(endpoint_set& to, server::exchange& on,
                                std::uint64_t announced) = nullptr;
    // The body's content coding stays as it came; otherwise it is taken off before `answer`.
    bool keeps_coding = false;
};

// Bodies up to this size are read before anything is refused: reading them costs less than a
// connection that has to be closed.
inline constexpr std::uint64_t small_body = 16 * 1024; // bytes

std::span<route const> routes();

} // namespace sluice::gateway::endpoints
