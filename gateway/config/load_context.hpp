// What one load() carries through the readers of all tables: the problems found so far, the names
// that were defined and used, and the seams to files and expressions. Lives on load()'s stack.
#pragma once

#include "gateway/config/expression_checker.hpp"
#include "gateway/config/load.hpp"
#include "gateway/config/problem.hpp"
#include "gateway/config/written_keys.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::gateway::config {

// A place in the file, and the path of the key that stands there.
struct file_place {
    std::size_t line = 0;
    std::size_t column = 0;
    std::string key;
};

// A string of the file and where it stands.
struct located_text {
    std::string text;
    file_place at;
};

// A key that a reader asks for: its table ("" above the first, else "destination.retry"), what its
// values are, and their bounds. `type` is empty where only its presence was asked for.
struct key_note {
    std::string table, key, type, bounds;
};

// What a name can name; the text stands in messages.
enum class name_kind { account, destination, route, widget, secret, cust_token };

class load_context {
  public:
    load_context(std::string_view text, std::string file, expression_checker const& checker,
                 file_reader const& read);

    void error(file_place const& at, std::string message);
    // The same of a value that stands for another one: nothing more is said about it.
    void error_alone(file_place const& at, std::string message);
    void warn(file_place const& at, std::string message);

    // An expression's own error, at its character where the file shows the string plainly.
    void error_in(file_place const& at, expression_problem const& found);

    // Registers a name; an error where the same kind has it already. Secrets are not printed.
    void define(name_kind kind, located_text const& name);

    // Says that a name must exist in the end.
    void use(name_kind kind, located_text name);

    // Reports every name that was used and never defined.
    void check_uses();

    // The content of a file that the configuration names; an error at `named.at` otherwise.
    std::optional<std::string> content_of(located_text const& named);

    // Of the files whose content was asked for.
    file_fingerprints const& files() const noexcept { return files_; }

    // From now on every key that is asked for is added there. For the reference of all keys.
    void note_keys(std::vector<key_note>& to) noexcept { notes_ = &to; }
    void note(key_note&& one) {
        if (notes_) notes_->push_back(std::move(one));
    }

    expression_checker const& checker() const noexcept { return checker_; }

    // The problems, sorted by position. Leaves none behind.
    problem_list take_problems();

  private:
    void add(file_place const& at, std::string message, severity level);
    // What stands in the file from there to the end of the line.
    std::string_view text_at(file_place const& at) const;
    // Where byte `offset` of a string of one line, or of several, stands; nothing where it is
    // none, or where escapes or CRLF make the characters of the file and of the string differ.
    std::optional<file_place> place_in_string(file_place const& at, std::size_t offset) const;
    std::optional<file_place> place_in_lines(file_place const& at, std::size_t offset) const;

    std::vector<std::string_view> lines_;
    std::string file_;
    expression_checker const& checker_;
    file_reader const& read_;
    problem_list problems_;
    std::set<std::pair<std::size_t, std::size_t>> said_; // places of which no more is said
    file_fingerprints files_;
    std::vector<key_note>* notes_ = nullptr;
    std::map<std::pair<name_kind, std::string>, std::size_t> defined_; // value: line
    std::vector<std::pair<name_kind, located_text>> uses_;
};

} // namespace sluice::gateway::config
