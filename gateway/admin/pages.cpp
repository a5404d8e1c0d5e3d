#include "gateway/admin/pages.hpp"

#include "gateway/admin/embedded.hpp"

#include <array>

namespace sluice::gateway::admin {

page const* find_page(std::string_view path) {
    static std::array<page, 5> const all{
        page{"/", "text/html; charset=utf-8", embedded::index_html()},
        page{"/console.css", "text/css; charset=utf-8", embedded::console_css()},
        page{"/console.js", "text/javascript; charset=utf-8", embedded::console_js()},
        page{"/views.js", "text/javascript; charset=utf-8", embedded::views_js()},
        // The description is written as JSON, which is YAML, too.
        page{"/openapi.json", "application/json", embedded::openapi_yaml()}};
    for (auto const& each : all) {
        if (each.path == path) return &each;
    }
    return nullptr;
}

} // namespace sluice::gateway::admin
