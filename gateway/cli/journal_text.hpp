// Small texts for people and tools: damage, JSON strings, Base64. For journal_inspect only.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

namespace sluice::queue {
struct damage;
struct replay_report;
} // namespace sluice::queue

namespace sluice::gateway::cli {

// One line: "damage: FILE offset N, M bytes: why".
std::string to_text(queue::damage const& d);
// Says what is damaged and what is torn, a line each. Returns 65 where anything is damaged, else 0.
int tell_damage(queue::replay_report const& report, std::ostream& errors);

// As a text by itself what codecs appends.
std::string json_string(std::string_view bytes);
std::string base64(std::string_view bytes);

// A field of a line as it may be shown to who did not ask for bodies: of what destinations
// answered, what was mapped out of it, callbacks and order keys only the length is told. `key` and
// `value` as `next_field` gives them; the value stays escaped.
std::string without_contents(std::string_view key, std::string_view value);

} // namespace sluice::gateway::cli
