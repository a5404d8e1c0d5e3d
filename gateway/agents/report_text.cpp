#include "gateway/agents/report_text.hpp"

#include "codecs/csv.hpp"
#include "codecs/json.hpp"
#include "codecs/xml_text.hpp"
#include "gateway/call/times.hpp"

#include <fmt/format.h>

namespace sluice::gateway::agents {

namespace {

using codecs::append_json_string;
using codecs::append_xml_element;
using codecs::media_kind;

// A comma, unless the list has only just begun.
void separate(std::string& out) {
    if (out.back() != '[') out += ',';
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
    fmt::format_to(std::back_inserter(out), "\"{}\":", name);
    append_json_string(out, text);
}

std::string_view boolean(bool value) {
    return value ? "true" : "false";
}

void append_status_json(std::string& out, agent_status const& from, std::string_view time_zone) {
    out += '{';
    append_member(out, "cli", from.cli);
    fmt::format_to(std::back_inserter(out),
                   ",\"on_break\":{},\"available\":{},\"since\":", from.is_on_break,
                   !from.is_on_break);
    if (from.since) {
        append_json_string(out, call::local_time(*from.since, time_zone));
    } else {
        out += "null";
    }
    fmt::format_to(std::back_inserter(out), ",\"break_seconds_today\":{}}}",
                   from.break_today.count());
}

void append_status_xml(std::string& out, agent_status const& from, std::string_view time_zone) {
    append_xml_element(out, "cli", from.cli);
    append_xml_element(out, "on_break", boolean(from.is_on_break));
    append_xml_element(out, "available", boolean(!from.is_on_break));
    append_xml_element(out, "since",
                       from.since ? call::local_time(*from.since, time_zone) : std::string());
    append_xml_element(out, "break_seconds_today", std::to_string(from.break_today.count()));
}

std::string end_of(reported_break const& from, std::string_view time_zone) {
    return from.is_open ? std::string() : call::local_time(from.span.end, time_zone);
}

void append_agent_json(std::string& out, agent_report const& from, std::string_view time_zone) {
    separate(out);
    out += '{';
    append_member(out, "cli", from.cli);
    fmt::format_to(std::back_inserter(out), ",\"total_seconds\":{},\"breaks\":[",
                   from.total.count());
    for (auto const& each : from.breaks) {
        separate(out);
        out += '{';
        append_member(out, "start", call::local_time(each.span.start, time_zone));
        if (each.is_open) {
            out += ",\"end\":null,";
        } else {
            out += ',';
            append_member(out, "end", end_of(each, time_zone));
            out += ',';
        }
        fmt::format_to(std::back_inserter(out), "\"seconds\":{},\"source\":\"{}\"}}",
                       each.length.count(), to_string(each.source));
    }
    out += "],\"days\":[";
    for (auto const& day : from.days) {
        separate(out);
        fmt::format_to(std::back_inserter(out), "{{\"date\":\"{}\",\"seconds\":{}}}",
                       call::to_text(day.date), day.length.count());
    }
    out += "]}";
}

void append_report_json(std::string& out, break_report const& from) {
    out += '{';
    append_member(out, "from", call::local_time(from.window.start, from.time_zone));
    out += ',';
    append_member(out, "to", call::local_time(from.window.end, from.time_zone));
    out += ',';
    append_member(out, "time_zone", from.time_zone);
    out += ",\"agents\":[";
    for (auto const& agent : from.agents)
        append_agent_json(out, agent, from.time_zone);
    out += "]}";
}

void append_agent_xml(std::string& out, agent_report const& from, std::string_view time_zone) {
    out += "<agents>";
    append_xml_element(out, "cli", from.cli);
    append_xml_element(out, "total_seconds", std::to_string(from.total.count()));
    for (auto const& each : from.breaks) {
        out += "<breaks>";
        append_xml_element(out, "start", call::local_time(each.span.start, time_zone));
        append_xml_element(out, "end", end_of(each, time_zone));
        append_xml_element(out, "seconds", std::to_string(each.length.count()));
        append_xml_element(out, "source", to_string(each.source));
        out += "</breaks>";
    }
    for (auto const& day : from.days) {
        out += "<days>";
        append_xml_element(out, "date", call::to_text(day.date));
        append_xml_element(out, "seconds", std::to_string(day.length.count()));
        out += "</days>";
    }
    out += "</agents>";
}

void append_report_xml(std::string& out, break_report const& from) {
    out += "<response>";
    append_xml_element(out, "from", call::local_time(from.window.start, from.time_zone));
    append_xml_element(out, "to", call::local_time(from.window.end, from.time_zone));
    append_xml_element(out, "time_zone", from.time_zone);
    for (auto const& agent : from.agents)
        append_agent_xml(out, agent, from.time_zone);
    out += "</response>";
}

void append_report_csv(std::string& out, break_report const& from) {
    codecs::append_csv_record(out, {"cli", "start", "end", "seconds", "source"});
    for (auto const& agent : from.agents) {
        for (auto const& each : agent.breaks) {
            codecs::append_csv_record(
                out, {agent.cli, call::local_time(each.span.start, from.time_zone),
                      end_of(each, from.time_zone), std::to_string(each.length.count()),
                      to_string(each.source)});
        }
    }
}

} // namespace

void append_status(std::string& out, media_kind format, agent_status const& status,
                   std::string_view time_zone) {
    if (format != media_kind::xml) return append_status_json(out, status, time_zone);
    out += "<response>";
    append_status_xml(out, status, time_zone);
    out += "</response>";
}

void append_statuses(std::string& out, media_kind format, std::span<agent_status const> all,
                     std::string_view time_zone) {
    bool const is_xml = format == media_kind::xml;
    out += is_xml ? "<response>" : "{\"agents\":[";
    for (auto const& each : all) {
        if (is_xml) {
            out += "<agents>";
            append_status_xml(out, each, time_zone);
            out += "</agents>";
        } else {
            separate(out);
            append_status_json(out, each, time_zone);
        }
    }
    out += is_xml ? "</response>" : "]}";
}

void append_planned(std::string& out, media_kind format, std::string_view cli,
                    std::span<tables::break_change const> all, std::string_view time_zone) {
    if (format == media_kind::xml) {
        out += "<response>";
        append_xml_element(out, "cli", cli);
        for (auto const& each : all) {
            out += "<planned>";
            append_xml_element(out, "at", call::local_time(each.at, time_zone));
            append_xml_element(out, "on_break", boolean(each.on_break));
            append_xml_element(out, "source", to_string(each.source));
            out += "</planned>";
        }
        out += "</response>";
        return;
    }
    out += '{';
    append_member(out, "cli", cli);
    out += ",\"planned\":[";
    for (auto const& each : all) {
        separate(out);
        out += '{';
        append_member(out, "at", call::local_time(each.at, time_zone));
        fmt::format_to(std::back_inserter(out), ",\"on_break\":{},", each.on_break);
        append_member(out, "source", to_string(each.source));
        out += '}';
    }
    out += "]}";
}

void append_cancelled(std::string& out, media_kind format, std::string_view cli,
                      std::size_t count) {
    if (format == media_kind::xml) {
        out += "<response>";
        append_xml_element(out, "cli", cli);
        append_xml_element(out, "cancelled", std::to_string(count));
        out += "</response>";
        return;
    }
    out += '{';
    append_member(out, "cli", cli);
    fmt::format_to(std::back_inserter(out), ",\"cancelled\":{}}}", count);
}

void append_report(std::string& out, media_kind format, break_report const& report) {
    switch (format) {
    case media_kind::xml:
        return append_report_xml(out, report);
    case media_kind::csv:
        return append_report_csv(out, report);
    default:
        return append_report_json(out, report);
    }
}

} // namespace sluice::gateway::agents
