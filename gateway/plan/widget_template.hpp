// The request of a widget: the templates of its URL, headers and body, compiled once for each
// configuration and rendered for each call. Immutable; any thread.
#pragma once

#include "codecs/template.hpp"
#include "gateway/call/received_request.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/config/widget.hpp"
#include "queue/core/shared_bytes.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::gateway::plan {

struct rendered_widget {
    queue::shared_bytes payload;
    std::vector<std::string> unset; // names of variables without a value, each once
};

class widget_template {
  public:
    // The texts have passed the configuration's check; throws std::invalid_argument where one does
    // not compile all the same.
    explicit widget_template(config::widget const& from);

    // Every value escaped for its place. `is_once`: somebody waits, so the first failure is final.
    // Refusal: 422 with every value that cannot stand where it was to go.
    // `received` may be null.
    call::checked<rendered_widget> render(codecs::variable_lookup const& lookup, bool is_once,
                                          call::received_request const* received = nullptr) const;

  private:
    struct header {
        std::string name;
        codecs::text_template value;
    };

    std::string method_;
    codecs::text_template target_; // the URL behind its origin
    std::vector<header> headers_;  // those with variables: the rest is the lane's
    codecs::text_template body_;
    std::string content_type_; // empty: there is no body
};

} // namespace sluice::gateway::plan
