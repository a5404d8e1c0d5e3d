#include "gateway/config/readers.hpp"

namespace sluice::gateway::config {

void read_configuration(table_reader root, configuration& to) {
    read_process(root, to);
    for (auto& table : root.tables("account"))
        to.accounts.push_back(read_account(table));
    for (auto& table : root.tables("destination"))
        to.destinations.push_back(read_destination(table));
    for (auto& table : root.tables("route"))
        to.routes.push_back(read_route(table));
    for (auto& table : root.tables("widget"))
        to.widgets.push_back(read_widget(table));
    if (auto table = root.table("webhooks")) {
        to.built_in = read_webhooks(*table, to.destinations);
    }
    root.finish();
    root.context().check_uses();
}

} // namespace sluice::gateway::config
