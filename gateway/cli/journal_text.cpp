#include "gateway/cli/journal_text.hpp"

#include "queue/journal/journal_line.hpp"
#include "queue/journal/replay.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <ostream>

namespace sluice::gateway::cli {

using namespace queue;

namespace {

// How many bytes the character at the start of `bytes` takes (RFC 3629 section 4); 0: it is none.
std::size_t character_bytes(std::string_view bytes) {
    auto const at = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    auto const first = at(0);
    if (first < 0x80) return 1;
    std::size_t const size = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (size == 0 || first > 0xF4 || bytes.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i) {
        if ((at(i) & 0xC0) != 0x80) return 0;
    }
    auto const second = at(1);
    bool const is_overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    bool const is_surrogate = first == 0xED && second >= 0xA0;
    bool const is_beyond = first == 0xF4 && second >= 0x90;
    return is_overlong || is_surrogate || is_beyond ? 0 : size;
}

void append_ascii(std::string& text, char c) {
    if (c == '"' || c == '\\') {
        text += '\\';
        text += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
        text += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
        text += c;
    }
}

} // namespace

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
    constexpr int damaged = 65;
    return report.damages.empty() ? 0 : damaged;
}

std::string rfc3339(wall_time time) {
    using namespace std::chrono;
    auto const day = floor<days>(time);
    year_month_day const date(day);
    hh_mm_ss const clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::string json_string(std::string_view bytes) {
    std::string text = "\"";
    while (!bytes.empty()) {
        auto const size = character_bytes(bytes);
        if (size == 0) {
            text += "\xEF\xBF\xBD";
            bytes.remove_prefix(1);
            continue;
        }
        if (size == 1) {
            append_ascii(text, bytes.front());
        } else {
            text += bytes.substr(0, size);
        }
        bytes.remove_prefix(size);
    }
    return text + '"';
}

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        auto const part = bytes.substr(i, 3);
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            group = group << 8 | (k < part.size() ? static_cast<unsigned char>(part[k]) : 0u);
        }
        for (std::size_t k = 0; k < 4; ++k)
            text += k <= part.size() ? digits[group >> (18 - 6 * k) & 63] : '=';
    }
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
