#include "gateway/plan/widget_template.hpp"

#include "gateway/client/header_safety.hpp"
#include "gateway/http/text.hpp"
#include "gateway/plan/implicit_lanes.hpp"
#include "gateway/plan/message.hpp"
#include "gateway/plan/template_format.hpp"

#include <boost/container/small_vector.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace sluice::gateway::plan {

namespace {

using codecs::template_format;

codecs::text_template compile(std::string_view text, template_format format) {
    auto compiled = codecs::text_template::compile(text, format);
    if (!compiled) {
        throw std::invalid_argument(std::string(text) + ": " + compiled.error().message());
    }
    return *std::move(compiled);
}

// Collects what the templates of one call report.
class renderer {
  public:
    explicit renderer(codecs::variable_lookup const& lookup)
        : lookup_(lookup) {}

    std::string render(codecs::text_template const& from) {
        std::string text;
        auto report = from.render(lookup_, text);
        for (auto const& error : report.errors)
            fail(error.pointer, error.detail);
        for (auto& name : report.unset) {
            if (std::ranges::find(unset_, name) == unset_.end()) unset_.push_back(std::move(name));
        }
        return text;
    }
    void fail(std::string pointer, std::string detail) {
        problems_.push_back({std::move(pointer), std::move(detail)});
    }

    std::vector<codecs::problem_error> const& problems() const { return problems_; }
    std::vector<std::string> take_unset() { return std::move(unset_); }

  private:
    codecs::variable_lookup const& lookup_;
    std::vector<codecs::problem_error> problems_;
    std::vector<std::string> unset_;
};

// The path and query of a URL: without its origin and its fragment, which is never sent.
std::string_view target_of(std::string_view url, std::size_t origin_length) {
    return url.substr(origin_length, url.find('#', origin_length) - origin_length);
}

} // namespace

widget_template::widget_template(config::widget const& from)
    : method_(from.method)
    , body_(compile(from.body, template_format_of(from.content_type)))
    , content_type_(from.body.empty() ? std::string() : from.content_type) {
    // One byte less: the origin is given with the slash behind it.
    auto const origin = origin_of_template(from.url).size() - 1;
    auto const target = target_of(from.url, origin);
    // A template that begins with "/" is in its path from the start.
    target_ = compile(target.starts_with('/') ? std::string(target) : "/" + std::string(target),
                      template_format::url);
    for (auto const& [name, value] : from.connection.headers) {
        if (codecs::find_template_names(value).empty()) continue;
        headers_.push_back({name, compile(value, template_format::header)});
        if (http::equal_ignoring_case(name, "Content-Type")) content_type_.clear();
    }
}

call::checked<rendered_widget>
widget_template::render(codecs::variable_lookup const& lookup, bool is_once,
                        call::received_request const* received) const {
    renderer out(lookup);
    auto const target = out.render(target_);
    if (!client::is_valid_target(target)) {
        out.fail("", "The URL has characters that cannot stand in it.");
    }
    boost::container::small_vector<std::string, 8> values;
    for (auto const& each : headers_) {
        values.push_back(out.render(each.value));
        if (!client::is_valid_header_value(values.back())) {
            out.fail("", fmt::format("The value of the header {} must not begin or end with white "
                                     "space.",
                                     each.name));
        }
    }
    auto const body = out.render(body_);
    if (!out.problems().empty()) return call::invalid(out.problems());
    boost::container::small_vector<message_field, 9> fields;
    if (!content_type_.empty()) fields.push_back({"Content-Type", content_type_});
    for (std::size_t i = 0; i < headers_.size(); ++i) {
        fields.push_back({headers_[i].name, values[i]});
    }
    message request;
    request.method = method_;
    request.target = target;
    request.fields = fields;
    request.body = body;
    request.is_once = is_once;
    request.received = received;
    return rendered_widget{encode(request), out.take_unset()};
}

} // namespace sluice::gateway::plan
