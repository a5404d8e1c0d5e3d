#include "gateway/cli/check_notes.hpp"

#include "gateway/cli/secret_values.hpp"
#include "gateway/config/overrides.hpp"
#include "gateway/config/suggestion.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <set>

namespace sluice::gateway::cli {

namespace {

using config::problem;
using config::severity;

constexpr std::string_view placeholder = "change-me";

problem warning(std::string const& file, std::string message, toml::source_position at = {}) {
    return {file, at.line, at.column, "", std::move(message), severity::warning};
}

bool may_be_called(config::account const& account, config::configuration const& settings) {
    bool const has_signed_route =
        std::ranges::any_of(settings.routes, [&](config::route const& each) {
            return each.account == account.id && !each.signing_secrets.empty();
        });
    return !account.secrets.empty() || !account.cust_tokens.empty() ||
           !account.allow_from.empty() || has_signed_route;
}

// What leaves nothing to call; empty where something can be.
std::string nothing_to_call(config::configuration const& settings) {
    if (settings.accounts.empty()) return "nobody can call: there is no [[account]]";
    if (std::ranges::none_of(settings.accounts,
                             [&](auto const& each) { return may_be_called(each, settings); })) {
        return "nobody can call: no account has secrets, cust_tokens or allow_from";
    }
    bool const has_tasks = !settings.destinations.empty() || !settings.routes.empty() ||
                           !settings.widgets.empty() || settings.built_in.create_outbound ||
                           settings.built_in.outbound_dialer;
    if (has_tasks) return {};
    return "nothing can be delivered: there is no destination, route, widget or "
           "[webhooks] createOutbound";
}

void note_secrets(config::problem_list& to, std::string_view text, std::string const& file,
                  std::string_view published) {
    std::set<std::string> known;
    toml::table example = toml::parse(published);
    for_each_secret(example, [&known](auto& value) { known.insert(value.get()); });
    toml::table all = toml::parse(text);
    for_each_secret(all, [&](auto& value) {
        auto const& at = value.source().begin;
        if (value.get().find(placeholder) != std::string::npos) {
            to.push_back(warning(file, "is a placeholder: put a secret of your own here", at));
        } else if (known.contains(value.get())) {
            to.push_back(
                warning(file, "stands in the published example: everybody knows this secret", at));
        }
    });
}

void note_doors(config::problem_list& to, std::string const& file,
                config::configuration const& settings) {
    bool const is_public = std::ranges::any_of(
        settings.listen, [](auto const& each) { return !each.address.is_loopback(); });
    for (auto const& account : settings.accounts) {
        bool const is_open =
            is_public && !settings.public_tls && account.allow_http && account.allow_from.empty();
        if (is_open)
            to.push_back(warning(
                file, fmt::format("account {}: allow_http without allow_from on a public listener: "
                                  "secrets travel in the clear, and any address may try them",
                                  account.id)));
        if (!may_be_called(account, settings))
            to.push_back(warning(file, fmt::format("account {}: nobody can use it: it has no "
                                                   "secrets, cust_tokens or allow_from",
                                                   account.id)));
    }
}

} // namespace

config::problem_list notes_on(std::string_view text, std::string const& file,
                              config::configuration const& settings, std::string_view published) {
    config::problem_list notes;
    note_secrets(notes, text, file, published);
    std::ranges::stable_sort(notes, {}, &problem::line);
    if (auto const nothing = nothing_to_call(settings); !nothing.empty()) {
        notes.push_back(warning(file, nothing));
        if (nothing.starts_with("nobody")) return notes; // no account for itself, then
    }
    note_doors(notes, file, settings);
    return notes;
}

config::problem_list notes_on_environment(std::span<std::string const> variables) {
    config::problem_list notes;
    std::vector<std::string> known;
    for (auto const name : config::environment_names())
        known.emplace_back(name);
    for (auto const& each : variables) {
        auto const name = each.substr(0, each.find('='));
        if (!name.starts_with("SLUICE_") || std::ranges::find(known, name) != known.end()) continue;
        auto const near = config::nearest(name, known);
        auto const hint = near.empty() ? std::string() : fmt::format("; did you mean {}?", near);
        notes.push_back(warning(name, "is no variable of Sluice's" + hint));
    }
    return notes;
}

} // namespace sluice::gateway::cli
