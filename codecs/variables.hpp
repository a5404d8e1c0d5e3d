// The variables of a call (`$flow.key.X`, `$flow.syskey.X`, `$user.key.X`, …), whatever form they
// came in: JSON, XML or a form; under their full names, bare, or in a list of `keys`. The three
// decode to the same values. Plain values, owned by the call; any thread.
#pragma once

#include "codecs/error.hpp"
#include "codecs/media_type.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::codecs {

struct variable {
    // The full name, such as "$flow.syskey.flowID", or the bare one of a plain member ("method").
    std::string name{};
    // One value, or as many as the list has. Numbers and booleans as they were written, null as
    // "".
    std::vector<std::string> values{};
    // It was written as a list: a JSON array, or an element or field that repeats.
    bool is_list = false;
    // Where it came from, for reports: JSON Pointer, path of XML elements, or name of the form
    // field.
    std::string pointer{};
    // The first of its values that is a JSON number with a fraction or an exponent. Whoever takes
    // a telephone number refuses it: its digits are not those that a person would dial.
    std::optional<std::size_t> decimal{};
    // It was written with its full name ("$flow.key.x"), not a bare one that rules resolved.
    bool is_full_name = false;

    // The first value, or "" of an empty list.
    [[nodiscard]] std::string_view value() const noexcept;
    // All of them, with commas between them.
    [[nodiscard]] std::string joined() const;
};

class variables {
  public:
    using const_iterator = std::vector<variable>::const_iterator;

    // nullptr when there is none of that name. Linear: a call has few variables.
    [[nodiscard]] variable const* find(std::string_view name) const noexcept;
    [[nodiscard]] variable* find(std::string_view name) noexcept;
    // Its first value, or "" when it is not there.
    [[nodiscard]] std::string_view value(std::string_view name) const noexcept;

    // Adds a variable, or gives the one of that name one new value.
    void set(std::string_view name, std::string value);
    // Makes room for as many variables.
    void reserve(std::size_t count) { all_.reserve(count); }
    // Adds a variable of a name that is not there yet.
    variable& add(variable added);

    [[nodiscard]] const_iterator begin() const noexcept { return all_.begin(); }
    [[nodiscard]] const_iterator end() const noexcept { return all_.end(); }
    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
    [[nodiscard]] bool empty() const noexcept { return all_.empty(); }

  private:
    std::vector<variable> all_;
};

// What a bare name means in a method.
struct system_name {
    std::string_view bare{};
    std::string_view full{};
};

struct name_rules {
    // Bare names that stand for a system variable: {"flowID", "$flow.syskey.flowID"}.
    std::vector<system_name> system_names{};
    // Names that are members of the call and no variables: "method", "custToken", "longUrl",
    // "from".
    std::vector<std::string_view> plain_names{};
    // What goes before any other bare name. In updateUserPreferences: "$user.key.".
    std::string_view default_prefix = "$flow.key.";

    // The full name of a name as it was written; one that begins with `$` is full already.
    [[nodiscard]] std::string resolve(std::string_view name) const;
};

struct variable_limits {
    // Variables of a call.
    std::size_t count = 1'000;
    // Bytes of a name.
    std::size_t name_size = 256;
    // Values of a list.
    std::size_t list_size = 10'000;
};

// Decodes the variables of a body. Accepted shapes:
//
//   {"keys":[{"name":"$flow.key.l","value":["1","2"]}],"flowID":"a","$flow.key.b":5}
//   <request><flowID>a</flowID><keys><key name="$flow.key.l">1</key></keys></request>
//   flowID=a&$flow.key.l=1&$flow.key.l=2   (or l[]=1&l[]=2)
//
// In XML the root may have any name, prefixes do not count, `<key>` may stand without `<keys>` and
// may hold `<name>` and `<value>`, and a list repeats the element. An empty body of kind `none`
// has no variables. Errors: those of the format; `duplicate_variable` when one is given in two
// ways, or twice in the `keys` of JSON; `unexpected_shape` for anything nested, with its pointer;
// `invalid_name`; `too_many`; and `unsupported_media_type`, which is a 415 where all others are
// 400.
[[nodiscard]] result<variables> decode_variables(media_kind kind, std::string_view body,
                                                 name_rules const& rules,
                                                 variable_limits const& limits = {});

// The same by a Content-Type as it was sent, whose charset counts for XML. Errors also those of
// `body_kind`.
[[nodiscard]] result<variables> decode_variables(std::string_view content_type,
                                                 std::string_view body, name_rules const& rules,
                                                 variable_limits const& limits = {});

} // namespace sluice::codecs
