#include "gateway/config/readers.hpp"
#include "gateway/config/url.hpp"

#include <algorithm>
#include <array>

namespace sluice::gateway::config {
namespace {

using namespace std::chrono_literals;

// Calls of the outbound API go there: written in its form, unless somebody wants otherwise.
std::optional<std::string> read_target(table_reader& in, std::string_view key,
                                       std::span<destination const> destinations) {
    auto table = in.table(key);
    if (!table) return {};
    table->require("destination");
    auto const name = table->text_at("destination");
    table->finish();
    if (!name) return {};
    in.context().use(name_kind::destination, *name);
    auto const found = std::ranges::find(destinations, name->text, &destination::name);
    if (found != destinations.end() && found->format != message_format::outbound)
        in.context().warn(name->at, "the format of this destination is not \"outbound\": calls "
                                    "do not reach it in the form of the outbound API");
    return name->text;
}

void read_short_url(table_reader in, webhooks& to) {
    to.short_url_base = in.text("base_url");
    if (to.short_url_base) {
        auto const url = parse_url(*to.short_url_base, plain_http::allowed);
        if (!url)
            in.fail("base_url", url.error().message());
        else if (url->text.find_first_of("?#") != std::string::npos)
            in.fail("base_url", "must have no query");
        else
            to.short_url_base = url->text;
        if (to.short_url_base->ends_with('/')) to.short_url_base->pop_back();
    }
    if (auto const status = in.integer("redirect_status", {301, 308})) {
        to.redirect_status = static_cast<unsigned>(*status);
        constexpr std::array known{301U, 302U, 303U, 307U, 308U};
        if (std::ranges::find(known, to.redirect_status) == known.end())
            in.fail("redirect_status", "must be 301, 302, 303, 307 or 308");
    }
    assign(to.guesses, in.integer("guesses", {1, 1'000'000}));
    assign(to.guess_period, in.duration("guess_period", {1s, 24h}));
    in.finish();
}

void read_user_preferences(table_reader in, webhooks& to) {
    assign(to.delete_empty, in.boolean("delete_empty"));
    in.finish();
}

} // namespace

webhooks read_webhooks(table_reader in, std::span<destination const> destinations) {
    webhooks to;
    to.create_outbound = read_target(in, "createOutbound", destinations);
    to.outbound_dialer = read_target(in, "outboundDialer", destinations);
    if (!to.outbound_dialer) to.outbound_dialer = to.create_outbound;
    using namespace std::chrono_literals;
    assign(to.checksum_window, in.duration("checksum_window", {0ms, 24h * 31}));
    if (auto table = in.table("shortURL")) read_short_url(*table, to);
    if (auto table = in.table("updateUserPreferences")) read_user_preferences(*table, to);
    in.finish();
    return to;
}

} // namespace sluice::gateway::config
