#include "tests/tidy/source_file.hpp"

#include "tests/support/temporary_directory.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace sluice::tests::tidy {
namespace {

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

bool is_identifier_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Finds where the comment or literal that begins at `begin` ends; `begin` itself if none does.
class literal_scanner {
  public:
    explicit literal_scanner(std::string_view text)
        : text_(text) {}

    std::size_t end_of(std::size_t begin) const {
        if (starts(begin, "//")) {
            return std::min(text_.find('\n', begin), text_.size());
        }
        if (starts(begin, "/*")) {
            return end_after(text_.find("*/", begin + 2), 2);
        }
        if (starts(begin, "R\"") && !follows_identifier(begin)) {
            return end_of_raw_string(begin);
        }
        if (text_[begin] == '"') {
            return end_of_quoted(begin);
        }
        // 1'000 is a number, not a character.
        if (text_[begin] == '\'' && !follows_identifier(begin)) {
            return end_of_quoted(begin);
        }
        return begin;
    }

  private:
    bool starts(std::size_t at, std::string_view what) const {
        return text_.substr(at).starts_with(what);
    }

    bool follows_identifier(std::size_t at) const {
        return at > 0 && is_identifier_character(text_[at - 1]);
    }

    std::size_t end_after(std::size_t found, std::size_t size) const {
        return found == text_.npos ? text_.size() : found + size;
    }

    std::size_t end_of_raw_string(std::size_t begin) const {
        auto const open = text_.find('(', begin);
        if (open == text_.npos) {
            return text_.size();
        }
        std::string closing = ")";
        closing.append(text_.substr(begin + 2, open - begin - 2)).append("\"");
        return end_after(text_.find(closing, open), closing.size());
    }

    std::size_t end_of_quoted(std::size_t begin) const {
        for (auto at = begin + 1; at < text_.size(); ++at) {
            if (text_[at] == '\\') {
                ++at;
            } else if (text_[at] == text_[begin]) {
                return at + 1;
            } else if (text_[at] == '\n') {
                return at;
            }
        }
        return text_.size();
    }

    std::string_view text_;
};

bool is_of_interest(std::filesystem::path const& file) {
    return file.extension() == ".cpp" || file.extension() == ".hpp" ||
           file.filename() == "CMakeLists.txt";
}

} // namespace

std::string to_text(std::vector<finding> const& findings) {
    std::string text;
    for (auto const& each : findings) {
        text += each.path + ':' + std::to_string(each.line) + ": " + each.message + '\n';
    }
    return text;
}

std::string blank_comments_and_literals(std::string_view text) {
    std::string result(text);
    literal_scanner const scanner(text);
    for (std::size_t at = 0; at < text.size();) {
        auto const end = scanner.end_of(at);
        for (auto inside = at; inside < end; ++inside) {
            if (result[inside] != '\n') {
                result[inside] = ' ';
            }
        }
        at = std::max(end, at + 1);
    }
    return result;
}

source_file make_source_file(std::string path, std::string text) {
    source_file file;
    file.path = std::move(path);
    file.text = std::move(text);
    file.lines = split_lines(file.text);
    file.code = split_lines(blank_comments_and_literals(file.text));
    return file;
}

std::vector<source_file> read_tree(std::string const& root) {
    std::vector<source_file> files;
    auto const add = [&](std::filesystem::path const& file) {
        files.push_back(make_source_file(std::filesystem::relative(file, root).generic_string(),
                                         read_whole(file)));
    };
    add(std::filesystem::path(root) / "CMakeLists.txt");
    for (auto const* folder : {"codecs", "queue", "gateway", "tests"}) {
        auto const top = std::filesystem::path(root) / folder;
        for (auto const& entry : std::filesystem::recursive_directory_iterator(top)) {
            if (entry.is_regular_file() && is_of_interest(entry.path())) {
                add(entry.path());
            }
        }
    }
    std::sort(files.begin(), files.end(),
              [](auto const& left, auto const& right) { return left.path < right.path; });
    return files;
}

} // namespace sluice::tests::tidy
