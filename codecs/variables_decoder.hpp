// Collects the variables of one call, whatever format they are written in: resolves names, joins
// what repeats, refuses what is given twice. Private to the decoders of variables; one call, one
// thread.
#pragma once

#include "codecs/variables.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::codecs {

// Where a variable stands: as a member of its own, or in the list of `keys`.
enum class request_form { flat, keys };

// Whether a name that is given again, written alike and in the same form, makes a list (XML and
// forms, which have no other way to write one) or is an error (JSON, which has arrays).
enum class repeats { make_lists, are_errors };

struct given_variable {
    std::string written_name;
    std::vector<std::string> values;
    bool is_list = false;
    std::string pointer;
    request_form form = request_form::flat;
    std::optional<std::size_t> decimal{}; // see variable::decimal
};

class variables_collector {
  public:
    variables_collector(name_rules const& rules, variable_limits const& limits, repeats policy)
        : rules_(rules)
        , limits_(limits)
        , policy_(policy) {
        collected_.reserve(usual_count);
        origins_.reserve(usual_count);
    }

    // Takes one; the error, if there is one, has the pointer.
    [[nodiscard]] std::optional<decode_error> add(given_variable given);

    [[nodiscard]] variables take() { return std::move(collected_); }

  private:
    static constexpr std::size_t usual_count = 12;

    // How a variable was written.
    struct origin {
        bool is_full_name;
        request_form form;

        bool operator==(origin const&) const = default;
    };

    std::optional<decode_error> check_name(given_variable const& given) const;
    std::optional<decode_error> repeat(variable& known, origin written, given_variable given);

    name_rules const& rules_;
    variable_limits const& limits_;
    repeats policy_;
    variables collected_;
    // How each collected variable was written, in the same order.
    std::vector<origin> origins_;
};

[[nodiscard]] result<variables> decode_json_variables(std::string_view body,
                                                      name_rules const& rules,
                                                      variable_limits const& limits);
// `charset` is that of the Content-Type; empty without one.
[[nodiscard]] result<variables> decode_xml_variables(std::string_view body, name_rules const& rules,
                                                     variable_limits const& limits,
                                                     std::string_view charset = {});
[[nodiscard]] result<variables> decode_form_variables(std::string_view body,
                                                      name_rules const& rules,
                                                      variable_limits const& limits);

} // namespace sluice::codecs
