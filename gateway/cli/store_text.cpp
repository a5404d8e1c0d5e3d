#include "gateway/cli/store_text.hpp"

#include "gateway/cli/json_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <string_view>

namespace sluice::gateway::cli {

using boost::json::array;
using boost::json::object;
using boost::json::value;

namespace {

std::string_view state_of(queue::postgres::reported_member const& one) {
    if (one.is_adopted) return "adopted";
    if (one.is_stopped) return "stopped";
    return one.silent > one.lease ? "silent" : "alive";
}

value number_or_null(std::optional<std::uint32_t> const& number) {
    return number ? value(*number) : value(nullptr);
}

} // namespace

value schema_json(queue::postgres::schema_state const& state) {
    return object{{"server", state.server},
                  {"database", state.database},
                  {"role", state.role},
                  {"version", state.version},
                  {"wanted_version", queue::postgres::schema_version},
                  {"cluster_id", state.cluster_id},
                  {"synchronous_standby_names", state.standby_names},
                  {"sees_standbys", state.sees_standbys},
                  {"fsync", state.is_fsync_on},
                  {"read_only", state.is_read_only},
                  {"missing_right", state.missing_right}};
}

std::string schema_text(value const& schema) {
    auto text =
        fmt::format("server   PostgreSQL {}, database {}, role {}\n", text_of(schema, "server"),
                    text_of(schema, "database"), text_of(schema, "role"));
    auto const version = number_of(schema, "version");
    auto const wanted = number_of(schema, "wanted_version");
    if (version == 0)
        text += fmt::format("schema   none yet; the first gateway makes version {}\n", wanted);
    else
        text += fmt::format("schema   version {} of {}, cluster {}\n", version, wanted,
                            text_of(schema, "cluster_id"));
    auto const standbys = text_of(schema, "synchronous_standby_names");
    text += fmt::format("standbys {}\n",
                        standbys.empty() ? "none is waited for: a 202 says \"postgres\""
                        : is_true(schema, "sees_standbys")
                            ? fmt::format("{}: a 202 says \"replicated\"", standbys)
                            : fmt::format("{}, but the role may not see them: a 202 says "
                                          "\"postgres\"; GRANT pg_monitor",
                                          standbys));
    if (!is_true(schema, "fsync")) text += "wrong    fsync is off\n";
    if (is_true(schema, "read_only")) text += "wrong    it is a standby and takes no writes\n";
    if (version > wanted) text += "wrong    the schema is of a newer program\n";
    auto const right = text_of(schema, "missing_right");
    if (!right.empty()) text += fmt::format("wrong    the role lacks {}\n", right);
    return text;
}

value report_json(queue::postgres::store_report const& report) {
    array members;
    for (auto const& one : report.members)
        members.push_back(object{{"name", one.name},
                                 {"log", one.log},
                                 {"state", state_of(one)},
                                 {"advertise", one.advertise},
                                 {"version", one.version},
                                 {"host", one.host},
                                 {"pid", one.pid},
                                 {"lease_ms", one.lease.count()},
                                 {"silent_ms", one.silent.count()},
                                 {"started_at", one.started_at}});
    array logs;
    for (auto const& one : report.logs)
        logs.push_back(object{{"log", one.log},
                              {"owner", one.owner},
                              {"epoch", one.epoch},
                              {"segments", one.segments},
                              {"bytes", one.bytes},
                              {"adopted_by", number_or_null(one.adopted_by)},
                              {"adoption", !one.adopted_by        ? value(nullptr)
                                           : one.is_adoption_done ? value("done")
                                                                  : value("running")}});
    array standbys;
    for (auto const& one : report.standbys)
        standbys.push_back(object{{"name", one.name},
                                  {"state", one.state},
                                  {"sync_state", one.sync_state},
                                  {"lag_bytes", one.lag_bytes}});
    return object{{"members", std::move(members)},
                  {"logs", std::move(logs)},
                  {"standbys", std::move(standbys)},
                  {"bytes", report.bytes}};
}

std::string members_text(value const& report) {
    std::string text;
    for (auto const& one : report.at("members").as_array()) {
        text += fmt::format("{}  {}  log {}", text_of(one, "name"), text_of(one, "state"),
                            text_of(one, "log"));
        auto const add = [&](std::string_view label, std::string const& word) {
            if (!word.empty()) text += fmt::format("  {} {}", label, word);
        };
        add("at", text_of(one, "advertise"));
        add("version", text_of(one, "version"));
        add("host", text_of(one, "host"));
        if (one.as_object().contains("silent_ms"))
            text += fmt::format("  lease {} ms, renewed {} ms ago", text_of(one, "lease_ms"),
                                text_of(one, "silent_ms"));
        text += '\n';
    }
    return text.empty() ? "no members\n" : text;
}

std::string logs_text(value const& report) {
    std::string text;
    for (auto const& one : report.at("logs").as_array()) {
        text += fmt::format("log {}  {}  epoch {}  segments {}  bytes {}", text_of(one, "log"),
                            text_of(one, "owner"), text_of(one, "epoch"), text_of(one, "segments"),
                            text_of(one, "bytes"));
        auto const adoption = text_of(one, "adoption");
        if (!adoption.empty())
            text += fmt::format("  adoption {} by log {}", adoption, text_of(one, "adopted_by"));
        text += '\n';
    }
    for (auto const& one : report.at("standbys").as_array())
        text += fmt::format("standby {}  {}  {}  behind {} bytes\n", text_of(one, "name"),
                            text_of(one, "state"), text_of(one, "sync_state"),
                            text_of(one, "lag_bytes"));
    return text;
}

} // namespace sluice::gateway::cli
