#include "gateway/config/reload.hpp"

namespace sluice::gateway::config {

std::vector<std::string> settings_that_need_restart(configuration const& running,
                                                    configuration const& wanted) {
    std::vector<std::string> keys;
    auto const compare = [&keys](bool is_same, char const* key) {
        if (!is_same) keys.emplace_back(key);
    };
    compare(running.listen == wanted.listen, "listen");
    compare(running.admin == wanted.admin, "admin");
    compare(running.data == wanted.data, "data");
    compare(running.durable == wanted.durable, "durability");
    compare(running.name_servers == wanted.name_servers, "name_servers");
    compare(running.thread_count() == wanted.thread_count(), "threads");
    compare(running.public_tls.has_value() == wanted.public_tls.has_value(), "tls");
    auto const& a = running.limit;
    auto const& b = wanted.limit;
    compare(a.queue_tasks == b.queue_tasks, "limits.queue_tasks");
    compare(a.queue_bytes == b.queue_bytes, "limits.queue_bytes");
    compare(a.max_delay == b.max_delay, "limits.max_delay");
    compare(a.idempotency_keys == b.idempotency_keys, "limits.idempotency_keys");
    compare(a.journal_bytes == b.journal_bytes, "limits.journal_bytes");
    compare(a.unwritten_ends == b.unwritten_ends, "limits.unwritten_ends");
    compare(running.keep == wanted.keep, "retention");
    compare(running.storage == wanted.storage, "store");
    compare(running.clustering == wanted.clustering, "cluster");
    return keys;
}

} // namespace sluice::gateway::config
