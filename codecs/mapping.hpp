// Paths into a destination's answer, and the table that maps them to variables. One path serves
// both formats: on JSON it is a JSON Pointer, on XML an XPath. Immutable after `compile`; any
// thread.
#pragma once

#include "codecs/answer.hpp"
#include "codecs/error.hpp"
#include "codecs/json_pointer.hpp"
#include "codecs/xpath.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::codecs {

class answer_path {
  public:
    // Compiles a path such as `/api-response-code`, `/weather/temp/@unit` or `//w:temp[2]/text()`.
    // A prefix of `namespaces` matches by namespace URI, whatever prefix the document uses; any
    // other prefix matches the document's own spelling; a name without a prefix matches elements
    // that have none, also where a default namespace is declared. Errors: `invalid_path` with the
    // column.
    [[nodiscard]] static result<answer_path> compile(std::string_view text,
                                                     namespace_table const& namespaces = {});

    // The text of the first hit in document order, or nothing. On JSON an object or array is its
    // raw text, and null is found and empty. On XML an absolute path that hits nothing is tried
    // again from the root element, so that `/api-response-code` finds the child of whatever root.
    [[nodiscard]] std::optional<std::string> find(answer const& from) const;

    [[nodiscard]] std::string const& text() const noexcept { return text_; }

  private:
    std::string text_;
    std::optional<json_pointer> pointer_;
    std::optional<xpath> absolute_;
    std::optional<xpath> below_root_;
};

// A variable, and where its value stands.
struct mapped_variable {
    std::string variable;
    std::string path;
    // The value where the path hits nothing; without one the variable is missing then.
    std::optional<std::string> otherwise = {};
};

// What a mapping found.
struct mapped_answer {
    // Variable and value, in the order of the table.
    std::vector<std::pair<std::string, std::string>> values;
    // Variables whose path hit nothing, and that have no other value.
    std::vector<std::string> missing;
};

class answer_mapping {
  public:
    answer_mapping() = default;

    // The error's `pointer` is the variable whose path is wrong.
    [[nodiscard]] static result<answer_mapping> compile(std::vector<mapped_variable> const& table,
                                                        namespace_table const& namespaces = {});

    [[nodiscard]] mapped_answer apply(answer const& from) const;
    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

  private:
    struct entry {
        std::string variable;
        answer_path path;
        std::optional<std::string> otherwise;
    };

    std::vector<entry> entries_;
};

} // namespace sluice::codecs
