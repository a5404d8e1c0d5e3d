#include "gateway/serve/data_directory.hpp"

#include "queue/journal/segment_files.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>

namespace sluice::gateway::serve {

namespace {

// SQLite puts files of its own beside the tables.
bool is_own(std::string_view name) {
    return queue::segment_number(name) || queue::history_number(name) ||
           queue::is_temporary(name) || name == "lock" || name.starts_with("tables.db");
}

bool counts(std::string_view name) {
    return !name.starts_with('.') && name != "lost+found";
}

} // namespace

std::optional<std::string> find_foreign_file(std::string const& directory) {
    std::error_code ec;
    std::optional<std::string> foreign;
    std::filesystem::directory_iterator each(directory, ec);
    for (; !ec && each != std::filesystem::directory_iterator(); each.increment(ec)) {
        auto name = each->path().filename().string();
        if (is_own(name)) return std::nullopt;
        // Always the same one, whatever order the system has.
        if (counts(name) && (!foreign || name < *foreign)) foreign = std::move(name);
    }
    return foreign;
}

std::optional<pid_t> find_lock_holder(std::string const& directory) {
    std::ifstream file(directory + "/lock");
    pid_t holder = 0;
    if (!(file >> holder) || holder <= 0) return std::nullopt;
    return holder;
}

} // namespace sluice::gateway::serve
