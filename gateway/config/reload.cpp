#include "gateway/config/reload.hpp"

#include <algorithm>
#include <array>

namespace sluice::gateway::config {
namespace {

using settings = configuration const&;

// A key, or a table, and whether it is the same in both.
struct kept_until_restart {
    std::string_view key;
    bool (*is_same)(settings running, settings wanted);
};

// In the order of the file.
constexpr std::array kept{
    kept_until_restart{"listen", [](settings a, settings b) { return a.listen == b.listen; }},
    kept_until_restart{"admin", [](settings a, settings b) { return a.admin == b.admin; }},
    kept_until_restart{"data", [](settings a, settings b) { return a.data == b.data; }},
    kept_until_restart{"durability", [](settings a, settings b) { return a.durable == b.durable; }},
    kept_until_restart{"name_servers",
                       [](settings a, settings b) { return a.name_servers == b.name_servers; }},
    kept_until_restart{"threads",
                       [](settings a, settings b) { return a.thread_count() == b.thread_count(); }},
    // New files are taken up by a reload.
    kept_until_restart{"tls",
                       [](settings a, settings b) {
                           return a.public_tls.has_value() == b.public_tls.has_value();
                       }},
    kept_until_restart{
        "limits.queue_tasks",
        [](settings a, settings b) { return a.limit.queue_tasks == b.limit.queue_tasks; }},
    kept_until_restart{
        "limits.queue_bytes",
        [](settings a, settings b) { return a.limit.queue_bytes == b.limit.queue_bytes; }},
    kept_until_restart{
        "limits.max_delay",
        [](settings a, settings b) { return a.limit.max_delay == b.limit.max_delay; }},
    kept_until_restart{"limits.idempotency_keys",
                       [](settings a, settings b) {
                           return a.limit.idempotency_keys == b.limit.idempotency_keys;
                       }},
    kept_until_restart{
        "limits.journal_bytes",
        [](settings a, settings b) { return a.limit.journal_bytes == b.limit.journal_bytes; }},
    kept_until_restart{
        "limits.unwritten_ends",
        [](settings a, settings b) { return a.limit.unwritten_ends == b.limit.unwritten_ends; }},
    kept_until_restart{"retention", [](settings a, settings b) { return a.keep == b.keep; }},
    kept_until_restart{"store", [](settings a, settings b) { return a.storage == b.storage; }},
    kept_until_restart{"cluster",
                       [](settings a, settings b) { return a.clustering == b.clustering; }},
    kept_until_restart{"log.format",
                       [](settings a, settings b) { return a.logging.format == b.logging.format; }},
};

} // namespace

std::vector<std::string> settings_that_need_restart(configuration const& running,
                                                    configuration const& wanted) {
    std::vector<std::string> keys;
    for (auto const& each : kept) {
        if (!each.is_same(running, wanted)) keys.emplace_back(each.key);
    }
    return keys;
}

bool needs_restart(std::string_view key) {
    return std::ranges::any_of(kept, [key](kept_until_restart const& each) {
        bool const is_in = key.starts_with(each.key) &&
                           (key.size() == each.key.size() || key[each.key.size()] == '.');
        return is_in && each.key != "tls";
    });
}

} // namespace sluice::gateway::config
