#include "gateway/cli/journal_text.hpp"

#include "codecs/base64.hpp"
#include "codecs/json.hpp"
#include "gateway/telemetry/exit_code.hpp"
#include "queue/journal/journal_line.hpp"
#include "queue/journal/replay.hpp"

#include <fmt/format.h>

#include <ostream>

namespace sluice::gateway::cli {

using namespace queue;

std::string to_text(queue::damage const& d) {
    return fmt::format("damage: {} offset {}, {} bytes: {}\n", d.file, d.offset, d.bytes, d.what);
}

int tell_damage(queue::replay_report const& report, std::ostream& errors) {
    for (auto const& d : report.damages)
        errors << to_text(d);
    if (report.torn_bytes_dropped != 0 || report.torn_records_dropped != 0) {
        errors << fmt::format("torn end, no damage: {} bytes and {} records; the next start drops "
                              "them\n",
                              report.torn_bytes_dropped, report.torn_records_dropped);
    }
    return report.damages.empty() ? exit_ok : exit_damaged;
}

std::string json_string(std::string_view bytes) {
    std::string text;
    codecs::append_json_string(text, bytes);
    return text;
}

std::string base64(std::string_view bytes) {
    std::string text;
    codecs::append_base64(text, bytes);
    return text;
}

std::string without_contents(std::string_view key, std::string_view value) {
    auto const hidden = [](std::string_view text) {
        return text.empty() ? std::string() : "[" + std::to_string(text.size()) + "]";
    };
    if (key == "result" || key == "gave" || key == "callback" || key == "order") {
        return hidden(value);
    }
    // number,at,duration,status,cause,detail,response; or the key's hash, the request's (or how
    // long it holds), its answer
    std::size_t const shown = key == "note" || key == "last"      ? 6
                              : key == "idem" || key == "content" ? 2
                                                                  : 0;
    if (shown == 0) return std::string(value);
    std::string text;
    for (std::size_t n = 0; n < shown; ++n)
        text.append(next_part(value)) += ',';
    return text + hidden(value);
}

} // namespace sluice::gateway::cli
