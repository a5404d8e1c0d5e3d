// The contents of files, made into code at build time by embed.cmake. Constant data; any thread.
#pragma once

#include <string_view>

namespace sluice::gateway::admin::embedded {

std::string_view index_html();
std::string_view console_css();
std::string_view console_js();
std::string_view charts_js();
std::string_view overview_js();
std::string_view destinations_js();
std::string_view jobs_js();
std::string_view tasks_js();
std::string_view task_js();
std::string_view dead_js();
std::string_view people_js();
std::string_view configuration_js();
std::string_view events_js();
std::string_view shell_js();
std::string_view openapi_yaml();
std::string_view example_toml(); // deploy/sluice.example.toml

} // namespace sluice::gateway::admin::embedded
