// Names and the values behind them in a text that need not be well-formed: members of JSON,
// elements of XML with their attributes, fields of a form, parts of a multipart body, lines such as
// "name: value", also of the beginning of one. For whoever looks for a value or takes one out; who
// needs to understand a document decodes it. Names are found as they are written: see
// unescaped_text for those in escapes. Pure; any thread; the work grows with the text and not
// faster.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::codecs {

struct named_value {
    // Of a quoted member what stands between the quotes; else letters, digits, "_", "-", "." and
    // "$", of an element ":" too.
    std::string_view name;
    // In `<key name="$flow.key.city">` what the attribute says; in {"name":"…","value":"…"} or
    // {"key":"…","value":"…"}, or elements of these names, what the name before it says; else
    // empty.
    std::string_view label;
    // A JSON string without its quotes, a list of JSON with its bracket, the text of an element
    // without its CDATA brackets, a plain word. Empty where an object follows.
    std::string_view value;
    // The object or element that "name" and "value" stand in: two of one number belong together.
    std::uint32_t group = 0;
    bool is_quoted = false; // the name, as JSON writes it
    bool is_list() const { return value.starts_with('['); }
};

class named_value_walk {
  public:
    explicit named_value_walk(std::string_view text)
        : text_(text) {}

    // The next name with a value. What stands in the value is walked over next, but for
    // `pass_over` and `take_whole`.
    bool next(named_value& to);
    // The walk goes on behind the value that came last.
    void pass_over() { at_ = behind_; }
    // All that stands behind the name that came last: an object or a list to its bracket, an
    // element with what is in it, what follows a plain name to the end of the line. To the end of
    // the text where nothing ends it. The walk goes on behind it.
    std::string_view take_whole();

    // Bytes that were looked at so far.
    std::size_t looked() const { return looked_; }

  private:
    enum class form : std::uint8_t { none, text, list, object, element, line, word };
    struct place {
        std::size_t begin = 0;
        std::size_t end = 0;
        form is = form::none;
    };
    // Where the next of a kind stands: looked for once, as long as the walk is before it.
    struct mark {
        std::string_view what;
        bool is_any_of = false; // its characters
        std::size_t at = 0;
        std::size_t from = 0;
        bool is_known = false;
    };

    bool take_quoted(named_value& to);
    bool take_word(named_value& to);
    void leave_element();
    bool give(named_value& to, std::string_view name, place const& found);
    place behind_name(std::size_t at, bool is_quoted);
    place in_element(std::size_t at);
    place in_part(std::size_t at);
    std::size_t end_of_string(std::size_t at);
    std::size_t end_of_brackets(std::size_t at);
    std::size_t end_of_element();
    std::size_t find(mark& of, std::size_t from);
    std::string_view label_in_tag(std::size_t at);

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t looked_ = 0;
    std::size_t behind_ = 0;
    std::size_t closing_ = 0; // the quote that ends the string which is walked over
    std::uint32_t group_ = 0;
    std::size_t failures_ = 0;    // elements that nothing ended
    std::string_view name_value_; // of a member "name" of this group
    std::string_view last_name_;
    place last_;
    mark tag_end_{">"};
    mark tag_begin_{"<"};
    mark list_end_{"]"};
    mark quote_{"'"};
    mark cdata_end_{"]]>"};
    mark part_begin_{"\n--"};
    mark plain_end_{",&}] \t\r\n<\"'", true}; // of what JSON or a line says
    mark field_end_{"& \t\r\n<\"'", true};    // of what a form says
};

} // namespace sluice::codecs
