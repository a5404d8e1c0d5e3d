// XPath 1.0 over pugixml, with namespaces: pugixml knows names as they are spelled only, so
// prefixes of a table are rewritten to tests of the namespace URI. A query is immutable; any
// thread.
#pragma once

#include "codecs/error.hpp"

#include <pugixml.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::codecs {

// Prefix -> namespace URI.
using namespace_table = std::map<std::string, std::string, std::less<>>;

// The expression with `p:name`, `@p:name` and `p:*` turned into predicates, for each prefix of the
// table; other prefixes stay, and match the document's own spelling.
[[nodiscard]] std::string rewrite_prefixes(std::string_view expression,
                                           namespace_table const& namespaces);

// A prefix that the expression uses and the table does not have; empty when there is none.
// "xml" is always known.
[[nodiscard]] std::string unknown_prefix(std::string_view expression,
                                         namespace_table const& namespaces);

class xpath {
  public:
    // Errors: `invalid_path`, with the column where it is known.
    [[nodiscard]] static result<xpath> compile(std::string_view expression,
                                               namespace_table const& namespaces = {});

    // The text of the first hit in document order, or of the value that a function yields; nothing
    // when the expression selects nodes and there are none.
    [[nodiscard]] std::optional<std::string> find(pugi::xml_node context) const;

  private:
    explicit xpath(std::shared_ptr<pugi::xpath_query const> query)
        : query_(std::move(query)) {}

    std::shared_ptr<pugi::xpath_query const> query_;
};

} // namespace sluice::codecs
