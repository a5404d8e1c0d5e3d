// The real program with a configuration that names a database of its own, for commands that end by
// themselves. $SLUICE_BINARY names another program than the one that ./run --build makes.
#pragma once

#include "tests/support/postgres_server.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary_directory.hpp"

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::tests {

struct configured_program {
    postgres_server& server = shared_postgres();
    std::string database = server.make_database_name();
    temporary_directory directory;

    configured_program() { configure(server.url("postgres", database)); }

    std::string file() const { return (directory / "sluice.toml").string(); }

    // `cluster`: further lines of [cluster].
    void configure(std::string const& url, std::string const& cluster = {}) {
        write_whole(file(), "listen = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\ndata = \"" +
                                (directory / "data").string() +
                                "\"\n[store]\nengine = \"postgres\"\nlease = \"2s\"\nurl = \"" +
                                url + "\"\n[cluster]\nname = \"gw-1\"\n" + cluster +
                                "[[account]]\nid = \"1\"\nsecrets = [\"" + std::string(64, 'a') +
                                "\"]\n");
    }

    process_options options_for(std::vector<std::string> arguments) const {
        char const* const named = std::getenv("SLUICE_BINARY");
        arguments.insert(arguments.begin(), named != nullptr ? named : SLUICE_DEFAULT_BINARY);
        process_options options;
        options.arguments = std::move(arguments);
        return options;
    }
    finished_process run(std::vector<std::string> arguments) const {
        return run_process(options_for(std::move(arguments)), std::chrono::minutes(2));
    }
    // `sluice store VERB` and `sluice serve` with the configuration.
    finished_process store(std::string const& verb) const {
        return run({"store", verb, "--config", file()});
    }
    finished_process serve() const { return run({"serve", "--config", file()}); }
};

inline bool says(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace sluice::tests
