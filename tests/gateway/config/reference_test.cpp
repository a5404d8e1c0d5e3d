// docs/configuration.md is made from the readers' own keys, and has all of them.
//     SLUICE_WRITE_DOCS=1 gateway_test --run_test=reference
// writes it anew.
#include "gateway/config/reference.hpp"
#include "gateway/config/reload.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace reference_test {

using namespace sluice::gateway::config;

namespace {

constexpr char introduction[] = R"(# Configuration reference

Every key of the TOML file. This page is made from the declarations that read the file
(`tests/gateway/config/reference_test.cpp` compares them), so that no key is missing.
[deploy/sluice.example.toml](../deploy/sluice.example.toml) shows all of them in use;
`sluice check FILE` names every mistake with line and column.

Flags and environment stand above the file: `--listen`, `--admin`, `--data`, `--threads`,
`--durability`, `--log-level`, `--log-format`, and `SLUICE_LISTEN`, `SLUICE_ADMIN`, `SLUICE_DATA`,
`SLUICE_THREADS`, `SLUICE_DURABILITY`, `SLUICE_ADMIN_TOKEN`, `SLUICE_ADMIN_TOKEN_FILE`,
`SLUICE_LOG_LEVEL`, `SLUICE_LOG_FORMAT`; `SLUICE_CONFIG` names the file.

**Values.** A duration is `"250ms"`, `"5s"`, `"2m"`, `"1h"`, `"7d"` or a number of seconds. A size
is `"64KiB"`, `"1MiB"`, `"8GiB"` (powers of 1024), `"64KB"` (of 1000) or a number of bytes. Where
a list is taken, one text alone will do. **Default** *must*: the key has to be there; *none*:
without it there is no such thing. **Change** says whether `kill -HUP` takes a new value at once or
the next start does; the log names what waits.
)";

std::string escaped(std::string_view text) {
    std::string out;
    for (char const c : text) {
        if (c == '|') out += '\\';
        out += c;
    }
    return out;
}

// "[[destination]]", "`retry` of [[destination]]", "[limits]".
std::string title_of(std::string const& table) {
    static std::set<std::string> const lists{"account", "destination", "route", "widget"};
    if (table.empty()) return "Above the first table";
    auto const dot = table.find('.');
    auto const first = table.substr(0, dot);
    auto const whole = lists.contains(first) ? "[[" + first + "]]" : "[" + first + "]";
    return dot == table.npos ? whole : "`" + table.substr(dot + 1) + "` of " + whole;
}

std::string page() {
    std::string out(introduction);
    std::set<std::string> seen;
    auto const rows = configuration_reference();
    for (auto const& first : rows) {
        if (!seen.insert(first.table).second) continue;
        out += "\n## " + title_of(first.table) + "\n\n";
        out += "| key | type | default | change | what |\n|---|---|---|---|---|\n";
        for (auto const& row : rows) {
            if (row.table != first.table) continue;
            auto const bounds = row.bounds.empty() ? "" : ": " + row.bounds;
            out += "| `" + row.key + "` | " + escaped(row.type + bounds) + " | " +
                   escaped(row.fallback) + " | " + (row.needs_restart ? "restart" : "reload") +
                   " | " + escaped(row.what) + " |\n";
        }
        if (first.table == "tls")
            out += "\nSwitching `[tls]` on or off needs a restart; new files are taken by a "
                   "reload.\n";
    }
    return out;
}

std::filesystem::path document() {
    return std::filesystem::path(SLUICE_SOURCE_DIRECTORY) / "docs/configuration.md";
}

std::string content_of(std::filesystem::path const& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(reference)

BOOST_AUTO_TEST_CASE(every_key_that_a_reader_asks_for_is_described_and_no_other) {
    std::size_t count = 0;
    for (auto const& row : configuration_reference()) {
        auto const name = row.table + "." + row.key;
        BOOST_TEST(!row.type.empty(), name << " is described, and no reader asks for it");
        BOOST_TEST(!row.what.empty(), name << " has no line in key_descriptions.cpp");
        BOOST_TEST(!row.fallback.empty(), name << " has no default");
        ++count;
    }
    BOOST_TEST(count > 150U);
}

// What may stand in a file of its own is what the readers read as a secret.
BOOST_AUTO_TEST_CASE(what_is_read_as_a_secret_is_declared_one) {
    auto const rows = configuration_reference();
    std::size_t count = 0;
    for (auto const& row : rows) {
        bool const has_file = std::any_of(rows.begin(), rows.end(), [&row](auto const& each) {
            return each.table == row.table && each.key == row.key + "_file";
        });
        if (!has_file) continue;
        BOOST_TEST(row.is_secret, row.table << "." << row.key << " would be shown");
        ++count;
    }
    BOOST_TEST(count >= 10U);
}

// A table that no text of reference.cpp enters would hide its keys.
BOOST_AUTO_TEST_CASE(every_table_is_entered) {
    auto const rows = configuration_reference();
    for (auto const& row : rows) {
        if (row.type.find("table") == std::string::npos) continue;
        if (row.type == "table of texts" || row.key == "map") continue;
        auto const inner = row.table + "." + row.key;
        bool const is_entered = std::any_of(
            rows.begin(), rows.end(), [&inner](auto const& each) { return each.table == inner; });
        BOOST_TEST(is_entered, inner << " is never read by reference.cpp's texts");
    }
}

BOOST_AUTO_TEST_CASE(the_document_is_what_the_readers_say) {
    if (std::getenv("SLUICE_WRITE_DOCS")) std::ofstream(document()) << page();
    BOOST_TEST((content_of(document()) == page()),
               "docs/configuration.md is out of date: SLUICE_WRITE_DOCS=1 gateway_test "
               "--run_test=reference writes it");
}

BOOST_AUTO_TEST_CASE(what_needs_a_restart_is_known_by_key) {
    BOOST_TEST(needs_restart("listen"));
    BOOST_TEST(needs_restart("limits.queue_tasks"));
    BOOST_TEST(needs_restart("retention.dead_time"));
    BOOST_TEST(needs_restart("log.format"));
    BOOST_TEST(!needs_restart("limits.body"));
    BOOST_TEST(!needs_restart("tls.certificate"));
    BOOST_TEST(!needs_restart("destination.rate"));
    BOOST_TEST(!needs_restart("listeners"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace reference_test
