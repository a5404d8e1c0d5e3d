#include "gateway/admin/pages.hpp"

#include "gateway/admin/embedded.hpp"

#include <array>

namespace sluice::gateway::admin {

page const* find_page(std::string_view path) {
    static constexpr std::string_view script = "text/javascript; charset=utf-8";
    static std::array const all{
        page{"/", "text/html; charset=utf-8", embedded::index_html()},
        page{"/console.css", "text/css; charset=utf-8", embedded::console_css()},
        page{"/console.js", script, embedded::console_js()},
        page{"/charts.js", script, embedded::charts_js()},
        page{"/overview.js", script, embedded::overview_js()},
        page{"/destinations.js", script, embedded::destinations_js()},
        page{"/jobs.js", script, embedded::jobs_js()},
        page{"/tasks.js", script, embedded::tasks_js()},
        page{"/task.js", script, embedded::task_js()},
        page{"/dead.js", script, embedded::dead_js()},
        page{"/people.js", script, embedded::people_js()},
        page{"/configuration.js", script, embedded::configuration_js()},
        page{"/events.js", script, embedded::events_js()},
        page{"/shell.js", script, embedded::shell_js()},
        // The description is written as JSON, which is YAML, too.
        page{"/openapi.json", "application/json", embedded::openapi_yaml()}};
    for (auto const& each : all) {
        if (each.path == path) return &each;
    }
    return nullptr;
}

} // namespace sluice::gateway::admin
