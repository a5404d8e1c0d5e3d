#include "gateway/config/overrides.hpp"

#include "codecs/text.hpp"
#include "gateway/config/log.hpp"

#include <array>
#include <charconv>
#include <span>
#include <string_view>
#include <utility>

namespace sluice::gateway::config {
namespace {

using field = std::optional<override_value> overrides::*;

constexpr std::array<std::pair<char const*, field>, 10> variables{{
    {"SLUICE_CONFIG", &overrides::config},
    {"SLUICE_LISTEN", &overrides::listen},
    {"SLUICE_ADMIN", &overrides::admin},
    {"SLUICE_DATA", &overrides::data},
    {"SLUICE_THREADS", &overrides::threads},
    {"SLUICE_DURABILITY", &overrides::durability},
    {"SLUICE_ADMIN_TOKEN", &overrides::admin_token},
    {"SLUICE_ADMIN_TOKEN_FILE", &overrides::admin_token_file},
    {"SLUICE_LOG_LEVEL", &overrides::log_level},
    {"SLUICE_LOG_FORMAT", &overrides::log_format},
}};

// Applies one value after the other and keeps what is wrong with them.
class applier {
  public:
    applier(configuration& settings, file_reader const& read)
        : settings_(settings)
        , read_(read) {}

    void listen(override_value const& value);
    void admin(override_value const& value);
    void data(override_value const& value);
    void threads(override_value const& value);
    void durable(override_value const& value);
    void token(override_value const& value);
    void token_file(override_value const& value);
    void check_listeners(overrides const& values);

    template <class Value, std::size_t N>
    void word(override_value const& value, std::array<choice<Value>, N> const& choices, Value& to) {
        std::span<choice<Value> const> const all(choices);
        if (auto const found = find_choice(value.text, all))
            to = *found;
        else
            fail(value, choice_message(all));
    }

    problem_list take() { return std::move(problems_); }

  private:
    void fail(override_value const& value, std::string message) {
        problems_.push_back({value.origin, 0, 0, "", std::move(message)});
    }

    configuration& settings_;
    file_reader const& read_;
    problem_list problems_;
};

void applier::listen(override_value const& value) {
    std::vector<listen_address> all;
    std::string_view rest = value.text;
    while (true) {
        auto const comma = rest.find(',');
        auto const one = listen_address::parse(rest.substr(0, comma));
        if (!one) return fail(value, one.error().message());
        all.push_back(*one);
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
    }
    settings_.listen = std::move(all);
}

void applier::admin(override_value const& value) {
    // The admin verbs take the same variable as a URL.
    constexpr std::string_view scheme = "http://";
    std::string_view text = value.text;
    if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
    if (text.ends_with('/')) text.remove_suffix(1);
    if (auto const parsed = listen_address::parse(text))
        settings_.admin = *parsed;
    else
        fail(value, parsed.error().message());
}

void applier::data(override_value const& value) {
    if (value.text.empty()) return fail(value, "must name a directory");
    settings_.data = value.text;
}

void applier::threads(override_value const& value) {
    unsigned count = 0;
    auto const* last = value.text.data() + value.text.size();
    auto const [end, ec] = std::from_chars(value.text.data(), last, count);
    if (ec != std::errc() || end != last || count < 1 || count > 256)
        return fail(value, "must be a whole number between 1 and 256");
    settings_.threads = count;
}

void applier::durable(override_value const& value) {
    if (auto const parsed = durability::parse(value.text))
        settings_.durable = *parsed;
    else
        fail(value, parsed.error().message());
}

void applier::token(override_value const& value) {
    if (value.text.empty()) return fail(value, "must not be empty");
    settings_.admin_token = secret(value.text);
}

void applier::token_file(override_value const& value) {
    auto const content = read_(value.text);
    if (!content)
        return fail(value, "\"" + value.text + "\" cannot be read: " + content.error().message());
    auto const token = codecs::trim(codecs::without_mark(*content));
    if (token.empty()) return fail(value, "\"" + value.text + "\" has no secret in it");
    settings_.admin_token = secret(token);
}

void applier::check_listeners(overrides const& values) {
    // Where neither was overridden, load() has looked at them.
    auto const& last = values.admin ? values.admin : values.listen;
    if (!last) return;
    if (settings_.admin_is_public())
        fail(*last, settings_.admin.to_string() + " is both the public and the admin listener");
    if (values.admin && settings_.admin_is_exposed())
        problems_.push_back({last->origin, 0, 0, "",
                             "is not a loopback address and there is no admin token: anybody who "
                             "reaches it can read metrics and tasks",
                             severity::warning});
}

} // namespace

std::vector<std::string_view> environment_names() {
    std::vector<std::string_view> names;
    for (auto const& [name, target] : variables)
        names.emplace_back(name);
    return names;
}

overrides overrides_from_environment(environment_getter const& get) {
    overrides found;
    for (auto const& [name, target] : variables) {
        char const* text = get(name);
        if (text && *text != '\0') found.*target = override_value{text, name};
    }
    return found;
}

overrides merge(overrides stronger, overrides const& weaker) {
    // A token and a file with one are the same setting.
    bool const has_token = stronger.admin_token || stronger.admin_token_file;
    for (auto const& [name, target] : variables) {
        bool const is_token =
            target == &overrides::admin_token || target == &overrides::admin_token_file;
        if (!(stronger.*target) && !(is_token && has_token)) stronger.*target = weaker.*target;
    }
    return stronger;
}

problem_list apply(configuration& settings, overrides const& values, file_reader const& read) {
    applier to(settings, read);
    if (values.listen) to.listen(*values.listen);
    if (values.admin) to.admin(*values.admin);
    if (values.data) to.data(*values.data);
    if (values.threads) to.threads(*values.threads);
    if (values.durability) to.durable(*values.durability);
    if (values.admin_token)
        to.token(*values.admin_token);
    else if (values.admin_token_file)
        to.token_file(*values.admin_token_file);
    if (values.log_level) to.word(*values.log_level, log_levels, settings.logging.level);
    if (values.log_format) to.word(*values.log_format, log_formats, settings.logging.format);
    to.check_listeners(values);
    return to.take();
}

} // namespace sluice::gateway::config
