// Text with variables in it (`Hello $flow.key.name.`), compiled once: where each variable stands is
// found then, and each value is escaped for its place, so that no value can break out of it.
// Immutable after `compile`; any thread.
#pragma once

#include "codecs/error.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::codecs {

/// What the text is, which decides how values are escaped.
enum class template_format {
    /// Values as they are.
    plain,
    /// A JSON document. Inside a string a value is escaped; standing alone it is written as a
    /// number,
    /// true, false or null if it is one, else as a string.
    json,
    /// An XML document. Variables may stand in character data and in attribute values.
    xml,
    /// application/x-www-form-urlencoded.
    form,
    /// A URL. Variables may stand in the path, the query and the fragment, not before them.
    url,
    /// The value of a header field: control characters are refused.
    header,
};

/// The value of a variable by its full name, or nothing when it is not set. The view must live
/// until the next call.
using variable_lookup = std::function<std::optional<std::string_view>(std::string_view name)>;

struct render_report {
    /// Names that were not set, each once; they stand in the text as they were written.
    std::vector<std::string> unset;
    /// Values that cannot stand where they were to go. When there is one the output must not be
    /// used.
    std::vector<decode_error> errors;

    [[nodiscard]] bool ok() const noexcept { return errors.empty(); }
};

class text_template {
  public:
    /// An empty template, which renders as nothing.
    text_template() = default;

    /// Compiles `text`. Names begin with `$flow.key.`, `$flow.syskey.`, `$user.key.`,
    /// `$user.syskey.`,
    /// `$sys.` or `$call.`; any other `$` is text. A `.` or `-` after a name ends it unless the
    /// name goes on as one that is set when it is rendered. Errors: `forbidden_place` for a
    /// variable where no value can be escaped (XML names, comments, CDATA; the host of a URL; a
    /// name of a JSON object outside a string), and those of the format, with line and column.
    [[nodiscard]] static result<text_template> compile(std::string_view text,
                                                       template_format format);

    /// Appends the text with its values to `out`.
    [[nodiscard]] render_report render(variable_lookup const& lookup, std::string& out) const;

    /// Whether it has no variables, so that it always renders the same.
    [[nodiscard]] bool is_constant() const noexcept;
    /// The longest names as they were written, in their order.
    [[nodiscard]] std::vector<std::string> names() const;

  private:
    enum class place {
        plain,
        json_string,
        json_value,
        xml_text,
        xml_attribute,
        form,
        path,
        query,
        header
    };

    struct piece {
        std::string literal;
        /// The name after the literal, at its longest; empty for the last piece.
        std::string name;
        /// Lengths at which the name may end, longest first.
        std::vector<std::size_t> ends;
        place where = place::plain;
    };

    friend class template_compiler;
    static void append_value(std::string& out, place where, std::string_view value);
    static std::optional<std::string> refuse_value(place where, std::string_view value);
    void render_name(piece const& from, variable_lookup const& lookup, std::string& out,
                     render_report& report) const;

    std::vector<piece> pieces_;
    bool has_path_variables_ = false;
};

} // namespace sluice::codecs
