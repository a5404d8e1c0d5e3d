#include "gateway/config/load.hpp"

#include "codecs/text.hpp"
#include "gateway/config/fingerprints.hpp"
#include "gateway/config/load_context.hpp"
#include "gateway/config/readers.hpp"
#include "gateway/config/syntax_errors.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sys/stat.h>

namespace sluice::gateway::config {
namespace {

constexpr std::streamsize largest_file = 16 * 1024 * 1024;

boost::system::error_code last_system_error() {
    return {errno, boost::system::system_category()};
}

bool has_secret(account const& one) {
    bool const signs_reports = one.report_to && one.report_to->signing_secret;
    return !one.secrets.empty() || !one.cust_tokens.empty() || signs_reports;
}

bool has_secret(destination const& one) {
    return !one.signing_secrets.empty() || one.connection.auth.index() != 0;
}

bool has_secret(route const& one) {
    return !one.signing_secrets.empty();
}

bool has_secret(widget const& one) {
    return one.connection.auth.index() != 0;
}

bool has_secrets(configuration const& settings) {
    auto const any = [](auto const& list) {
        return std::ranges::any_of(list, [](auto const& one) { return has_secret(one); });
    };
    return settings.admin_token || !settings.storage.url.empty() ||
           settings.clustering.shared_secret || any(settings.accounts) ||
           any(settings.destinations) || any(settings.routes) || any(settings.widgets);
}

bool is_readable_by_all(std::string const& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

// Of a text that can be parsed.
bool says_anything(std::string_view text) {
    return !toml::parse(text).empty();
}

// What `serve --print-config` puts in the place of a secret is none.
void report_marks(toml::node const& of, load_context& context) {
    auto const* text = of.as_string();
    auto const& at = of.source().begin;
    if (text && text->get().find(redacted_mark) != std::string::npos)
        context.error_alone(
            {at.line, at.column, {}},
            "stands for a secret that was left out: write the secret, or name its file");
    if (auto const* table = of.as_table()) {
        for (auto const& [key, value] : *table)
            report_marks(value, context);
    }
    if (auto const* list = of.as_array()) {
        for (auto const& value : *list)
            report_marks(value, context);
    }
}

} // namespace

boost::system::result<std::string> read_file(std::string const& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return last_system_error();
    if (S_ISDIR(status.st_mode)) return make_error_code(boost::system::errc::is_a_directory);
    std::ifstream file(path, std::ios::binary);
    if (!file) return last_system_error();
    std::string content;
    char block[4096];
    while (file.read(block, sizeof(block)) || file.gcount() > 0) {
        content.append(block, static_cast<std::size_t>(file.gcount()));
        if (content.size() > largest_file)
            return make_error_code(boost::system::errc::file_too_large);
    }
    if (file.bad()) return make_error_code(boost::system::errc::io_error);
    return content;
}

load_result load(std::string_view text, std::string const& file, expression_checker const& checker,
                 file_reader const& read) {
    load_result result;
    load_context context(text, file, checker, read);
    try {
        auto const root = toml::parse(text, file);
        report_marks(root, context);
        read_configuration(table_reader(context, root, ""), result.settings);
        result.settings.written = keys_written(root, context.files());
    } catch (toml::parse_error const&) {
        for (auto const& wrong : find_syntax_errors(text))
            context.error({wrong.line, wrong.column, {}}, wrong.message);
    }
    result.problems = context.take_problems();
    return result;
}

load_result load_file(std::string const& path, expression_checker const& checker) {
    auto text = read_file(path);
    if (!text) {
        load_result result;
        result.problems.push_back({path, 0, 0, "", "cannot be read: " + text.error().message()});
        return result;
    }
    auto result = load(*text, path, checker, read_file);
    if (result.ok() && !says_anything(*text)) {
        // Most likely cut off while it was written: a reload would take every account away.
        result.problems.push_back({path, 0, 0, "", "is empty: not one key stands in it"});
    }
    if (has_secrets(result.settings) && is_readable_by_all(path))
        result.problems.insert(result.problems.begin(),
                               {path, 0, 0, "",
                                "has secrets and can be read by every user: chmod o-r",
                                severity::warning});
    result.text = std::move(*text);
    return result;
}

} // namespace sluice::gateway::config
