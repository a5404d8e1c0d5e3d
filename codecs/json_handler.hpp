// What the parser of Boost.JSON reports to: counts nodes, refuses names that stand twice and
// numbers that are not finite, and builds the value when it is given a stack. Private to json.cpp;
// one call.
#pragma once

#include "codecs/error.hpp"

#include <boost/json/basic_parser.hpp>
#include <boost/json/value_stack.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::codecs {

class json_handler {
  public:
    using error_code = boost::json::error_code;
    using string_view = boost::json::string_view;

    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

    // `stack` may be nullptr: then nothing is built. `text` is all of the text, in one piece.
    // A tolerant one takes names that stand twice, and numbers that are not finite.
    json_handler(std::string_view text, std::size_t node_limit, boost::json::value_stack* stack,
                 bool is_tolerant)
        : text_(text)
        , nodes_left_(node_limit)
        , stack_(stack)
        , is_tolerant_(is_tolerant) {
        names_.reserve(32);
    }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code& ec);
    bool on_object_end(std::size_t size, error_code& ec);
    bool on_array_begin(error_code& ec);
    bool on_array_end(std::size_t size, error_code& ec);
    bool on_key_part(string_view part, std::size_t total, error_code& ec);
    bool on_key(string_view part, std::size_t total, error_code& ec);
    bool on_string_part(string_view part, std::size_t total, error_code& ec);
    bool on_string(string_view part, std::size_t total, error_code& ec);
    bool on_number_part(string_view, error_code&) { return true; }
    bool on_int64(std::int64_t number, string_view text, error_code& ec);
    bool on_uint64(std::uint64_t number, string_view text, error_code& ec);
    bool on_double(double number, string_view text, error_code& ec);
    bool on_bool(bool value, error_code& ec);
    bool on_null(error_code& ec);
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

    // What stands open: '{' or '[' for each level.
    [[nodiscard]] std::string const& open() const noexcept { return open_; }
    // Whether a name stood twice and was taken.
    [[nodiscard]] bool has_repeats() const noexcept { return has_repeats_; }
    // The name that stood twice; its data points into the text unless it had escapes.
    [[nodiscard]] std::string_view duplicate() const noexcept { return duplicate_; }

  private:
    bool count_node(error_code& ec);
    bool check_names(std::size_t count, error_code& ec);

    std::string_view text_;
    std::size_t nodes_left_;
    boost::json::value_stack* stack_;
    bool is_tolerant_;
    bool has_repeats_ = false;
    std::string open_;
    // The names of all objects that stand open, those of the innermost last.
    std::vector<std::string_view> names_;
    std::deque<std::string> unescaped_names_;
    std::string name_parts_;
    std::string_view duplicate_;
};

} // namespace sluice::codecs
