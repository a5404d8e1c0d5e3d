#include "gateway/endpoints/task_request.hpp"

#include "codecs/base64.hpp"
#include "codecs/json_pointer.hpp"
#include "codecs/json_scan.hpp"
#include "gateway/call/callback_request.hpp"
#include "gateway/call/fields.hpp"
#include "gateway/call/times.hpp"
#include "gateway/client/header_safety.hpp"
#include "gateway/config/error.hpp"
#include "gateway/config/text_checks.hpp"
#include "gateway/config/units.hpp"
#include "gateway/http/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace sluice::gateway::endpoints {

namespace {

using codecs::json_kind;
using codecs::json_kind_of;

constexpr std::size_t order_key_limit = 256; // bytes

// Collects the values and every problem on the way.
class task_parser {
  public:
    task_parser(std::string_view base, task_request_limits const& limits)
        : base_(base)
        , limits_(limits) {
        out_.not_before = limits.now;
    }

    call::checked<task_request> parse(std::string_view json) {
        if (json_kind_of(json) != json_kind::object) {
            report("", "A task must be a JSON object.");
            return call::invalid(std::move(problems_));
        }
        for (auto const& member : codecs::json_members(json))
            read(member);
        if (out_.destinations.empty() && problems_.empty()) {
            report("destination", "destination is missing.");
        }
        if (out_.expires_at <= out_.not_before) {
            report("expires_at", "expires_at must be later than the time the task is due.");
        }
        if (!problems_.empty()) return call::invalid(std::move(problems_));
        add_content_type();
        return std::move(out_);
    }

  private:
    using reader = void (task_parser::*)(std::string_view name, std::string_view raw);
    struct entry {
        std::string_view name;
        reader read;
    };

    void read(codecs::json_member const& member) {
        static constexpr std::array<entry, 13> table = {{
            {"destination", &task_parser::read_destination},
            {"destinations", &task_parser::read_destination},
            {"method", &task_parser::read_method},
            {"headers", &task_parser::read_headers},
            {"body", &task_parser::read_body},
            {"body_base64", &task_parser::read_base64},
            {"delay", &task_parser::read_delay},
            {"delayMinutes", &task_parser::read_delay_minutes},
            {"not_before", &task_parser::read_not_before},
            {"expires_at", &task_parser::read_expires_at},
            {"order_key", &task_parser::read_order_key},
            {"callback", &task_parser::read_callback},
            {"idempotency_key", &task_parser::refuse_key},
        }};
        auto const name = member.name();
        auto const found = std::find_if(table.begin(), table.end(),
                                        [&](entry const& e) { return e.name == name; });
        if (found == table.end()) {
            report(name,
                   fmt::format("{} is not a member of a task.", codecs::quoted_excerpt(name)));
            return;
        }
        // As if it were not there.
        if (json_kind_of(member.value) == json_kind::null) return;
        (this->*found->read)(found->name, member.value);
    }

    void report(std::string_view name, std::string detail) {
        std::string pointer(base_);
        if (!name.empty()) codecs::append_pointer_token(pointer, name);
        problems_.push_back({std::move(pointer), std::move(detail)});
    }

    // A string's text; reports anything else.
    std::optional<std::string> text_of(std::string_view name, std::string_view raw) {
        if (json_kind_of(raw) == json_kind::string) return codecs::json_text(raw);
        report(name, fmt::format("{} must be a string.", name));
        return std::nullopt;
    }

    void read_destination(std::string_view name, std::string_view raw) {
        if (json_kind_of(raw) != json_kind::array) {
            if (auto text = text_of(name, raw)) out_.destinations.push_back(std::move(*text));
            return;
        }
        out_.is_list = true;
        for (auto const element : codecs::json_elements(raw)) {
            if (auto text = text_of(name, element)) out_.destinations.push_back(std::move(*text));
        }
        if (out_.destinations.empty()) report(name, "destination must name one at least.");
        if (out_.destinations.size() > limits_.destinations) {
            report(name, fmt::format("destination must name at most {}.", limits_.destinations));
        }
    }

    void read_method(std::string_view name, std::string_view raw) {
        static constexpr std::array<std::string_view, 7> known = {
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
        auto text = text_of(name, raw);
        if (!text) return;
        if (std::find(known.begin(), known.end(), *text) == known.end()) {
            report(name, "method must be GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.");
            return;
        }
        out_.method = std::move(*text);
    }

    void read_headers(std::string_view name, std::string_view raw) {
        if (json_kind_of(raw) != json_kind::object) {
            report(name, "headers must be an object of names and values.");
            return;
        }
        auto const members = codecs::json_members(raw);
        if (members.size() > limits_.headers) {
            report(name, fmt::format("headers must be at most {}.", limits_.headers));
        }
        for (auto const& member : members)
            read_header(member);
    }

    void read_header(codecs::json_member const& member) {
        auto const name = member.name();
        if (json_kind_of(member.value) != json_kind::string ||
            !client::is_valid_header_name(name) ||
            !client::is_valid_header_value(codecs::json_text(member.value))) {
            report_header(name, "A header must be a valid name with a string of printable "
                                "characters (RFC 9110 section 5).");
            return;
        }
        // The same names as in the configuration's `headers`.
        if (client::is_hop_by_hop(name, {}) || is_reserved(name)) {
            report_header(name, "This header is written by the gateway itself.");
            return;
        }
        auto const is_same = [&](auto const& other) {
            return http::equal_ignoring_case(other.first, name);
        };
        if (std::ranges::any_of(out_.headers, is_same)) {
            report_header(name, "This header is given twice.");
            return;
        }
        out_.headers.emplace_back(name, codecs::json_text(member.value));
    }

    static bool is_reserved(std::string_view name) {
        auto const checked = config::check_header_name(name);
        return !checked && checked.error() == config::error::header_reserved;
    }

    void report_header(std::string_view name, std::string detail) {
        std::string pointer(base_);
        codecs::append_pointer_token(pointer, "headers");
        codecs::append_pointer_token(pointer, name);
        problems_.push_back({std::move(pointer), std::move(detail)});
    }

    bool claim(bool& taken, std::string_view name, std::string_view others) {
        if (taken) report(name, fmt::format("Only one of {} may be given.", others));
        return !std::exchange(taken, true);
    }

    void read_body(std::string_view name, std::string_view raw) {
        if (!claim(has_body_, name, "body and body_base64")) return;
        bool const is_text = json_kind_of(raw) == json_kind::string;
        out_.body = is_text ? codecs::json_text(raw) : std::string(raw);
        content_type_ = is_text ? "text/plain; charset=utf-8" : "application/json";
    }

    void read_base64(std::string_view name, std::string_view raw) {
        if (!claim(has_body_, name, "body and body_base64")) return;
        auto const text = text_of(name, raw);
        if (!text) return;
        auto bytes = codecs::decode_base64(*text);
        if (!bytes) {
            report(name, "body_base64 must be base64 (RFC 4648 section 4) with its padding.");
            return;
        }
        out_.body.assign(bytes->begin(), bytes->end());
        content_type_ = "application/octet-stream";
    }

    void set_due(std::string_view name, queue::wall_time at) {
        if (!claim(has_due_, name, "delay, delayMinutes and not_before")) return;
        if (at > limits_.now + limits_.max_delay) {
            report(name,
                   fmt::format("{} is further ahead than limits.max_delay ({} days).", name,
                               std::chrono::floor<std::chrono::days>(limits_.max_delay).count()));
            return;
        }
        out_.not_before = std::max(at, limits_.now);
    }

    void read_delay(std::string_view name, std::string_view raw) {
        auto const kind = json_kind_of(raw);
        bool const fits = kind == json_kind::string || kind == json_kind::number;
        auto const delay = config::parse_duration(codecs::json_text(raw));
        if (!fits || !delay || delay->count() < 0) {
            report(name, "delay must be a duration such as \"250ms\", \"2s\", \"5m\", \"1h\" or "
                         "\"7d\", or a number of seconds.");
            return;
        }
        set_due(name, bounded_due(*delay));
    }

    void read_delay_minutes(std::string_view name, std::string_view raw) {
        auto const given = codecs::json_text(raw);
        auto const text = call::without_zero_fraction(given);
        std::uint32_t value = 0;
        auto const end = text.data() + text.size();
        auto const [stop, ec] = std::from_chars(text.data(), end, value);
        if (ec != std::errc() || stop != end) {
            report(name, "delayMinutes must be a whole number of minutes, 0 or more.");
            return;
        }
        set_due(name, bounded_due(std::chrono::minutes(value)));
    }

    // No sum that overflows, however long the delay.
    queue::wall_time bounded_due(std::chrono::milliseconds delay) const {
        auto const bound = limits_.max_delay + std::chrono::milliseconds(1);
        return limits_.now + std::min(delay, bound);
    }

    std::optional<queue::wall_time> instant_of(std::string_view name, std::string_view raw) {
        auto const kind = json_kind_of(raw);
        if (kind == json_kind::string || kind == json_kind::number) {
            auto const text = codecs::json_text(raw);
            if (auto const at = call::parse_instant(text)) return at;
            if (call::is_unix_seconds(text)) {
                report(name, fmt::format("{} {}", name, call::seconds_rule));
                return std::nullopt;
            }
        }
        report(name, fmt::format("{} must be an RFC 3339 time with an offset or an integer of "
                                 "Unix milliseconds.",
                                 name));
        return std::nullopt;
    }

    void read_not_before(std::string_view name, std::string_view raw) {
        if (auto const at = instant_of(name, raw)) set_due(name, *at);
    }

    void read_expires_at(std::string_view name, std::string_view raw) {
        if (auto const at = instant_of(name, raw)) out_.expires_at = *at;
    }

    void read_order_key(std::string_view name, std::string_view raw) {
        auto text = text_of(name, raw);
        if (!text) return;
        if (text->empty() || text->size() > order_key_limit) {
            report(name, fmt::format("order_key must have 1 to {} bytes.", order_key_limit));
            return;
        }
        out_.order_key = std::move(*text);
    }

    void read_callback(std::string_view name, std::string_view raw) {
        auto const policy = limits_.callbacks ? *limits_.callbacks : config::callback{};
        auto read = call::parse_callback(raw, policy);
        if (!read) return report(name, read.error().what);
        out_.callback = std::move(*read);
    }

    void refuse_key(std::string_view name, std::string_view) {
        report(name, "Send the key as the header Idempotency-Key.");
    }

    // What the body is, where the caller's headers do not say.
    void add_content_type() {
        if (content_type_.empty()) return;
        for (auto const& [name, value] : out_.headers) {
            if (http::equal_ignoring_case(name, "Content-Type")) return;
        }
        out_.headers.emplace_back("Content-Type", content_type_);
    }

    std::string_view base_;
    task_request_limits const& limits_;
    task_request out_;
    std::vector<codecs::problem_error> problems_;
    std::string_view content_type_;
    bool has_body_ = false;
    bool has_due_ = false;
};

} // namespace

call::checked<task_request> parse_task_request(std::string_view json, std::string_view base,
                                               task_request_limits const& limits) {
    return task_parser(base, limits).parse(json);
}

} // namespace sluice::gateway::endpoints
