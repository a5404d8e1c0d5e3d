// Text with variables in it (`Hello $flow.key.name.`), compiled once: where each variable stands is
// found then, and each value is escaped for its place, so that no value can break out of it.
// Immutable after `compile`; any thread.
#pragma once

#include "codecs/error.hpp"
#include "codecs/template_places.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::codecs {

// The value of a variable by its full name, or nothing when it is not set. The view must live
// until the next call.
using variable_lookup = std::function<std::optional<std::string_view>(std::string_view name)>;

struct render_report {
    // Names that were not set, each once; they stand in the text as they were written.
    std::vector<std::string> unset;
    // Values that cannot stand where they were to go. When there is one the output must not be
    // used.
    std::vector<decode_error> errors;

    [[nodiscard]] bool ok() const noexcept { return errors.empty(); }
};

class text_template {
  public:
    // An empty template, which renders as nothing.
    text_template() = default;

    // Compiles `text`. Names begin with `$flow.key.`, `$flow.syskey.`, `$user.key.`,
    // `$user.syskey.`,
    // `$sys.` or `$call.`; any other `$` is text. A `.` or `-` after a name ends it unless the
    // name goes on as one that is set when it is rendered. Errors: `forbidden_place` for a
    // variable where no value can be escaped (XML names, comments, CDATA; the host of a URL; a
    // name of a JSON object outside a string), and those of the format, with line and column.
    [[nodiscard]] static result<text_template> compile(std::string_view text,
                                                       template_format format);

    // Appends the text with its values to `out`.
    [[nodiscard]] render_report render(variable_lookup const& lookup, std::string& out) const;

    // The longest names as they were written, in their order.
    [[nodiscard]] std::vector<std::string> names() const;

  private:
    struct piece {
        std::string literal;
        // What stands behind the literal; nothing behind the last.
        std::optional<placed_name> variable;
    };

    static void render_variable(placed_name const& variable, variable_lookup const& lookup,
                                std::string& out, render_report& report);

    std::vector<piece> pieces_;
    template_format format_ = template_format::plain;
};

} // namespace sluice::codecs
