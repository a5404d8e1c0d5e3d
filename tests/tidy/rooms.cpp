#include "tests/tidy/rooms.hpp"

#include <algorithm>

namespace sluice::tests::tidy {

namespace {

std::vector<room> const all_rooms{
    {"codecs", {}, {"boost/asio", "boost/beast"}},
    {"queue/core", {}, {"boost/asio", "boost/beast"}},
    {"queue/journal", {"queue/core"}, {"boost/asio", "boost/beast"}},
    {"queue/postgres", {"queue/core", "queue/journal"}, {"boost/asio", "boost/beast"}},
    {"queue/dispatch", {"queue/core", "queue/journal"}, {"boost/beast"}},
    {"gateway/http", {"codecs"}},
    {"gateway/server", {"codecs", "gateway/http"}},
    {"gateway/config", {"codecs", "queue/core", "gateway/http"}, {"boost/beast"}},
    {"gateway/client", {"codecs", "queue/core", "gateway/http", "gateway/config"}},
    {"gateway/tables",
     {"queue/core", "queue/journal", "queue/postgres"},
     {"boost/asio", "boost/beast"}},
    {"gateway/telemetry",
     {"codecs", "queue/core", "queue/dispatch", "gateway/server", "gateway/config",
      "gateway/client"}},
    {"gateway/stress/report", {"queue/core"}},
    {"gateway/stress/sink",
     {"codecs", "gateway/http", "gateway/telemetry", "gateway/stress/report"}},
    {"gateway/stress/load",
     {"codecs", "gateway/http", "gateway/client", "gateway/telemetry", "gateway/stress/report",
      "gateway/stress/sink"}},
    {"gateway/stress/verify",
     {"gateway/telemetry", "gateway/stress/report", "gateway/stress/sink", "gateway/stress/load"}},
    {"gateway/call",
     {"codecs", "queue/core", "queue/dispatch", "gateway/http", "gateway/server", "gateway/config",
      "gateway/client", "gateway/tables", "gateway/telemetry"}},
    {"gateway/agents",
     {"codecs", "queue/core", "gateway/config", "gateway/tables", "gateway/call"}},
    {"gateway/plan",
     {"codecs", "queue/core", "gateway/http", "gateway/config", "gateway/client",
      "gateway/telemetry", "gateway/call"}},
    {"gateway/outbound",
     {"codecs", "queue/core", "queue/dispatch", "gateway/call", "gateway/plan"}},
    {"gateway/delivery",
     {"codecs", "queue/core", "queue/dispatch", "gateway/http", "gateway/config", "gateway/client",
      "gateway/call", "gateway/plan", "gateway/outbound"}},
    {"gateway/intake",
     {"codecs", "queue/core", "queue/dispatch", "gateway/http", "gateway/server", "gateway/config",
      "gateway/tables", "gateway/telemetry", "gateway/call", "gateway/plan", "gateway/delivery"}},
    {"gateway/webhooks",
     {"codecs", "queue/core", "gateway/server", "gateway/config", "gateway/tables",
      "gateway/telemetry", "gateway/call", "gateway/agents", "gateway/plan", "gateway/outbound",
      "gateway/intake"}},
    {"gateway/endpoints",
     {"codecs", "queue/core", "queue/dispatch", "gateway/http", "gateway/server", "gateway/config",
      "gateway/client", "gateway/tables", "gateway/telemetry", "gateway/call", "gateway/agents",
      "gateway/plan", "gateway/outbound", "gateway/intake", "gateway/webhooks"}},
    {"gateway/console", {}},
    {"gateway/admin",
     {"codecs", "queue/core", "queue/dispatch", "gateway/http", "gateway/server", "gateway/config",
      "gateway/tables", "gateway/telemetry", "gateway/call", "gateway/plan", "gateway/outbound",
      "gateway/delivery", "gateway/endpoints"}},
    {"gateway/cluster",
     {"codecs", "queue/core", "queue/postgres", "queue/dispatch", "gateway/server",
      "gateway/config", "gateway/client", "gateway/call", "gateway/endpoints", "gateway/admin"}},
    {"gateway/serve",
     {"queue/core",       "queue/journal",     "queue/postgres",   "queue/dispatch",
      "gateway/http",     "gateway/server",    "gateway/config",   "gateway/client",
      "gateway/tables",   "gateway/telemetry", "gateway/call",     "gateway/agents",
      "gateway/plan",     "gateway/outbound",  "gateway/delivery", "gateway/intake",
      "gateway/webhooks", "gateway/endpoints", "gateway/admin",    "gateway/cluster"}},
    {"gateway/cli",
     {"codecs", "queue/core", "queue/journal", "queue/postgres", "queue/dispatch", "gateway/config",
      "gateway/telemetry", "gateway/stress/report", "gateway/stress/sink", "gateway/stress/load",
      "gateway/stress/verify", "gateway/call", "gateway/plan", "gateway/admin", "gateway/serve"}},
    {"gateway/main", {"gateway/telemetry", "gateway/cli"}},
};

} // namespace

std::span<room const> rooms() {
    return all_rooms;
}

room const* room_of(std::span<room const> house, std::string_view path) {
    auto const slash = path.rfind('/');
    if (slash == path.npos) return nullptr;
    auto const folder = path == "gateway/main.cpp" ? "gateway/main" : path.substr(0, slash);
    auto const found = std::ranges::find(house, folder, &room::name);
    return found == house.end() ? nullptr : &*found;
}

std::vector<std::string> rising_arrows(std::span<room const> house) {
    std::vector<std::string> rising;
    for (auto from = house.begin(); from != house.end(); ++from) {
        for (auto const name : from->may_include) {
            auto const below = std::ranges::find(house.begin(), from, name, &room::name);
            if (below == from)
                rising.push_back(std::string(from->name).append(" -> ").append(name));
        }
    }
    return rising;
}

} // namespace sluice::tests::tidy
