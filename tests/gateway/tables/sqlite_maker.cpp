#include "tests/gateway/tables/sqlite_maker.hpp"

#include <filesystem>

namespace sluice::gateway::tables::test {

std::unique_ptr<backend_maker> make_backend_maker() {
    return std::make_unique<sqlite_maker>();
}

result<std::unique_ptr<backend>> sqlite_maker::open(backend_options const& with,
                                                    std::string& what) {
    auto how = options;
    how.path = file();
    how.now = with.now;
    how.codes = with.codes;
    auto opened = sqlite_backend::open(std::move(how), what);
    if (!opened) return opened.error();
    return std::unique_ptr<backend>(std::move(*opened));
}

void sqlite_maker::kill(std::unique_ptr<backend> running) {
    // The log beside the file belongs to it; nothing is flushed by closing.
    auto const from = file();
    name_ = "copy-of-" + name_;
    for (auto const* suffix : {"", "-wal"}) {
        std::filesystem::copy_file(from + suffix, file() + suffix);
    }
    running.reset();
}

std::int64_t sqlite_maker::kept_answers() {
    sqlite_database opened(file(), {});
    return opened.query_integer("SELECT count(*) FROM kept_answers");
}

bool sqlite_maker::holds(std::string_view bytes) {
    for (auto const* suffix : {"", "-wal"}) {
        if (tests::read_whole(file() + suffix).find(bytes) != std::string::npos) return true;
    }
    return false;
}

} // namespace sluice::gateway::tables::test
