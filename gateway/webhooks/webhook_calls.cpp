#include "gateway/webhooks/webhook_calls.hpp"

#include "gateway/webhooks/webhook_table.hpp"
#include "gateway/webhooks/widget_call.hpp"

#include <fmt/format.h>

namespace sluice::gateway::webhooks {

namespace {

using call::error_format;
using call::refuse;

// The method that most calls name; see handle_by_body.
constexpr std::string_view usual_method = "createOutbound";

call::checked<codecs::variables> decode(server::request const& req,
                                       codecs::name_rules const& rules) {
    auto const kind = codecs::body_kind(req.header("Content-Type"));
    if (!kind) return call::undecodable(kind.error());
    if (!req.header("Content-Encoding").empty()) {
        return call::refusal{.status = 415, .detail = "The body must not be compressed."};
    }
    auto decoded = codecs::decode_variables(*kind, req.body, rules);
    if (!decoded) return call::undecodable(decoded.error());
    return std::move(*decoded);
}

// Keeps every name as it was written, so that nothing but a name that is there twice in one
// notation is given twice.
codecs::name_rules const& names_as_written() {
    static codecs::name_rules const rules = [] {
        codecs::name_rules made;
        made.default_prefix = "";
        return made;
    }();
    return rules;
}

// The method that the body names, whatever the other names in it mean.
call::checked<std::string> read_method(server::request const& req) {
    auto const variables = decode(req, names_as_written());
    if (!variables) return variables.error();
    for (auto const* const name : {"method", "$flow.key.method", "$flow.syskey.method"}) {
        auto const* const given = variables->find(name);
        if (!given) continue;
        if (given->is_list) {
            return call::invalid(given->pointer, "method must be one value, not a list.");
        }
        if (!given->value().empty()) return std::string(given->value());
    }
    return call::invalid("/method", "method is missing.");
}

std::string no_such_webhook(std::string_view method) {
    return fmt::format("There is no webhook {}.", codecs::quoted_excerpt(method));
}

} // namespace

void webhook_calls::handle(server::exchange& on, std::string_view method, std::uint32_t label) {
    auto const* const by = find_webhook(method);
    if (!by) {
        if (auto const* const widget = with_.current->find_widget(method)) {
            return answer(on, *widget, label);
        }
        return refuse(on, error_format(on.req), {.status = 404, .detail = no_such_webhook(method)});
    }
    auto const variables = decode(on.req, by->names());
    if (!variables) return refuse(on, error_format(on.req), variables.error());
    answer(on, *by, *variables, label);
}

void webhook_calls::handle_by_body(server::exchange& on, std::uint32_t label) {
    // What bare names mean follows from the method, which is one of them. Most calls are of the
    // usual method and are decoded once.
    auto const& usual = *find_webhook(usual_method);
    auto variables = decode(on.req, usual.names());
    bool const is_usual = variables && variables->value("method") == usual_method &&
                          !variables->find("method")->is_list;
    if (is_usual) return answer(on, usual, *variables, label);
    auto const method = read_method(on.req);
    if (!method) return refuse(on, error_format(on.req), method.error());
    auto const* const by = find_webhook(*method);
    if (!by) {
        if (auto const* const widget = with_.current->find_widget(*method)) {
            return answer(on, *widget, label);
        }
        return refuse(on, error_format(on.req), call::invalid("/method", no_such_webhook(*method)));
    }
    variables = decode(on.req, by->names());
    if (!variables) return refuse(on, error_format(on.req), variables.error());
    answer(on, *by, *variables, label);
}

void webhook_calls::answer(server::exchange& on, webhook const& by,
                           codecs::variables const& variables, std::uint32_t label) {
    auto const format = call::reply_format_of(on.req, by.csv);
    if (!format) return refuse(on, codecs::media_kind::json, format.error());
    webhook_call const call{with_, hands_, on, variables, *format, label};
    by.answer(call);
}

void webhook_calls::answer(server::exchange& on, plan::widget_plan const& widget, std::uint32_t label) {
    auto const variables = decode(on.req, widget_names());
    if (!variables) return refuse(on, error_format(on.req), variables.error());
    auto const format = call::reply_format_of(on.req);
    if (!format) return refuse(on, codecs::media_kind::json, format.error());
    webhook_call const call{with_, hands_, on, *variables, *format, label};
    answer_widget(call, widget);
}

} // namespace sluice::gateway::webhooks
