// What the calls about agents answer, as JSON, XML and CSV. Times are RFC 3339 in the account's
// time zone, to the second. In XML a list repeats its element, and what is null is empty. Appends
// to the caller's buffer; any thread.
#pragma once

#include "codecs/media_type.hpp"
#include "gateway/agents/break_report.hpp"
#include "gateway/tables/agent.hpp"

#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::agents {

// {"cli":"919879964805","on_break":true,"available":false,"since":"…","break_seconds_today":90};
// `since` is null where the agent is not on a break.
void append_status(std::string& out, codecs::media_kind format, agent_status const& status,
                   std::string_view time_zone);

// {"agents":[…]}, each of them as append_status writes it.
void append_statuses(std::string& out, codecs::media_kind format, std::span<agent_status const> all,
                     std::string_view time_zone);

// {"cli","planned":[{"at","on_break","source"}]}: changes that wait for their time.
void append_planned(std::string& out, codecs::media_kind format, std::string_view cli,
                    std::span<tables::break_change const> all, std::string_view time_zone);
// {"cli","cancelled":2}
void append_cancelled(std::string& out, codecs::media_kind format, std::string_view cli,
                      std::size_t count);

// {"from","to","time_zone","agents":[{"cli","total_seconds","breaks":[{"start","end","seconds",
// "source"}],"days":[{"date","seconds"}]}]}; `end` is null where the break is not over. CSV has the
// breaks alone, with the header cli,start,end,seconds,source.
void append_report(std::string& out, codecs::media_kind format, break_report const& report);

} // namespace sluice::gateway::agents
