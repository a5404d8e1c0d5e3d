#include "gateway/config/reference.hpp"

#include "gateway/config/expression_checker.hpp"
#include "gateway/config/load_context.hpp"
#include "gateway/config/readers.hpp"
#include "gateway/config/reload.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <string_view>

namespace sluice::gateway::config {
namespace {

// Every table that a reader can enter stands in one of them. What is missing or wrong in them does
// not stop the readers; their problems are thrown away.
constexpr std::string_view all_tables = R"(
[tls]
[limits]
[retention]
[store]
[cluster]
[log]
[[account]]
callback = { retry = { schedule = [] } }
[[destination]]
url = ""
body = ""
adaptive = { }
retry = { schedule = [] }
retry_budget = { }
breaker = { }
auth = { oauth2 = { token_url = "" } }
[[route]]
path = ""
account = ""
[[widget]]
url = ""
account = ""
retry = { schedule = [] }
auth = { oauth2 = { token_url = "" } }
map = { }
[webhooks]
createOutbound = { }
outboundDialer = { }
shortURL = { }
updateUserPreferences = { }
)";
constexpr std::string_view other_forms = R"(
[[account]]
callback = { retry = { min_backoff = "1s" } }
[[destination]]
adaptive = true
retry = { min_backoff = "1s" }
[[widget]]
retry = { min_backoff = "1s" }
)";

// "destination[0].retry" is "destination.retry".
std::string without_places(std::string_view path) {
    std::string text;
    bool is_place = false;
    for (char const c : path) {
        if (c == '[') is_place = true;
        if (!is_place) text += c;
        if (c == ']') is_place = false;
    }
    return text;
}

std::vector<key_note> notes_of(std::string_view text) {
    lenient_checker const checker;
    file_reader const nothing = [](std::string const&) -> boost::system::result<std::string> {
        return make_error_code(boost::system::errc::no_such_file_or_directory);
    };
    load_context context(text, "", checker, nothing);
    std::vector<key_note> notes;
    context.note_keys(notes);
    auto const root = toml::parse(text);
    configuration scratch;
    read_configuration(table_reader(context, root, ""), scratch);
    for (auto& note : notes)
        note.table = without_places(note.table);
    return notes;
}

reference_row& row_of(std::vector<reference_row>& rows, key_note const& note) {
    auto const is_same = [&note](reference_row const& row) {
        return row.table == note.table && row.key == note.key;
    };
    auto const found = std::ranges::find_if(rows, is_same);
    if (found != rows.end()) return *found;
    rows.push_back({note.table, note.key, {}, {}, {}, {}, false});
    return rows.back();
}

// One more form that a value may have.
void add_form(reference_row& row, key_note const& note) {
    if (note.type.empty() || row.type.find(note.type) != std::string::npos) return;
    row.type += (row.type.empty() ? "" : " or ") + note.type;
    constexpr std::string_view before_words = "must be one of ";
    std::string_view bounds = note.bounds;
    if (bounds.starts_with(before_words)) bounds.remove_prefix(before_words.size());
    if (!bounds.empty() && row.bounds.empty()) row.bounds = bounds;
}

} // namespace

std::vector<reference_row> configuration_reference() {
    std::vector<reference_row> rows;
    for (auto const& described : key_descriptions()) {
        auto& row = row_of(rows, {described.table, described.key, {}, {}});
        row.fallback = described.fallback;
        row.what = described.what;
        row.is_secret = described.is_secret;
    }
    for (auto const text : {all_tables, other_forms}) {
        for (auto const& note : notes_of(text))
            add_form(row_of(rows, note), note);
    }
    // The tables of the process, of which the sections speak.
    std::erase_if(rows, [](reference_row const& row) {
        return row.table.empty() && (row.type == "table" || row.type == "tables");
    });
    for (auto& row : rows)
        row.needs_restart = needs_restart(row.table.empty() ? row.key : row.table + "." + row.key);
    return rows;
}

} // namespace sluice::gateway::config
