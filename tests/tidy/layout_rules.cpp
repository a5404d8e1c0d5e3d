#include "tests/tidy/rules.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace sluice::tests::tidy {
namespace {

std::size_t count_columns(std::string_view line) {
    return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; // not a UTF-8 continuation byte
    }));
}

std::string folder_of(std::string_view path) {
    auto const slash = path.rfind('/');
    return slash == path.npos ? std::string() : std::string(path.substr(0, slash + 1));
}

bool is_name_character(char c) {
    return std::string_view("();\" \t\r\n").find(c) == std::string_view::npos;
}

// The .cpp names in CMake files, as paths from the root.
class listed_sources {
  public:
    void collect(source_file const& file) {
        std::string const folder = folder_of(file.path);
        std::string_view const text = file.text;
        for (auto at = text.find(".cpp"); at != text.npos; at = text.find(".cpp", at + 1)) {
            auto begin = at;
            while (begin > 0 && is_name_character(text[begin - 1])) {
                --begin;
            }
            add(folder, std::string(text.substr(begin, at + 4 - begin)));
        }
    }

    bool contains(std::string const& path) const {
        return names_.contains(path) ||
               std::any_of(patterns_.begin(), patterns_.end(), [&](auto const& pattern) {
                   return path.size() > pattern.first.size() + pattern.second.size() &&
                          path.starts_with(pattern.first) && path.ends_with(pattern.second);
               });
    }

  private:
    void add(std::string const& folder, std::string name) {
        constexpr std::string_view root = "${PROJECT_SOURCE_DIR}/";
        name = name.starts_with(root) ? name.substr(root.size()) : folder + name;
        auto const variable = name.find("${");
        if (variable == name.npos) {
            names_.insert(std::move(name));
            return;
        }
        // A name with a loop's variable in it stands for every name that fits.
        auto const end = name.find('}', variable);
        patterns_.emplace_back(name.substr(0, variable), name.substr(end + 1));
    }

    std::set<std::string> names_;
    std::vector<std::pair<std::string, std::string>> patterns_;
};

std::string white_space_defect(std::string_view line) {
    if (line.ends_with('\r')) {
        return "CRLF line end";
    }
    if (line.find('\t') != line.npos) {
        return "tab";
    }
    if (line.ends_with(' ')) {
        return "space at the line's end";
    }
    return {};
}

} // namespace

std::vector<finding> check_file_length(source_tree const& tree) {
    std::vector<finding> findings;
    for (auto const& file : tree) {
        if (file.lines.size() > max_file_lines) {
            findings.push_back(
                {file.path, file.lines.size(), std::to_string(file.lines.size()) + " lines"});
        }
    }
    return findings;
}

std::vector<finding> check_line_length(source_tree const& tree) {
    std::vector<finding> findings;
    for (auto const& file : tree) {
        for (std::size_t i = 0; file.is_cpp() && i < file.lines.size(); ++i) {
            auto const columns = count_columns(file.lines[i]);
            if (columns > max_line_columns) {
                findings.push_back({file.path, i + 1, std::to_string(columns) + " columns"});
            }
        }
    }
    return findings;
}

std::vector<finding> check_pragma_once(source_tree const& tree) {
    std::vector<finding> findings;
    for (auto const& file : tree) {
        if (file.is_header() &&
            std::find(file.code.begin(), file.code.end(), "#pragma once") == file.code.end()) {
            findings.push_back({file.path, 1, "no #pragma once"});
        }
    }
    return findings;
}

std::vector<finding> check_header_comment(source_tree const& tree) {
    std::vector<finding> findings;
    for (auto const& file : tree) {
        if (file.is_header() && !file.text.starts_with("// ")) {
            findings.push_back({file.path, 1, "does not begin with a comment saying what it is"});
        }
    }
    return findings;
}

std::vector<finding> check_sources_are_built(source_tree const& tree) {
    listed_sources listed;
    for (auto const& file : tree) {
        if (!file.is_cpp()) {
            listed.collect(file);
        }
    }
    std::vector<finding> findings;
    for (auto const& file : tree) {
        if (file.is_source() && !listed.contains(file.path)) {
            findings.push_back({file.path, 0, "stands in no CMakeLists.txt"});
        }
    }
    return findings;
}

std::vector<finding> check_white_space(source_tree const& tree) {
    std::vector<finding> findings;
    for (auto const& file : tree) {
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            if (auto defect = white_space_defect(file.lines[i]); !defect.empty()) {
                findings.push_back({file.path, i + 1, std::move(defect)});
            }
        }
        if (!file.text.empty() && !file.text.ends_with('\n')) {
            findings.push_back({file.path, file.lines.size(), "no line end at the file's end"});
        }
        if (file.text.ends_with("\n\n")) {
            findings.push_back({file.path, file.lines.size(), "empty line at the file's end"});
        }
    }
    return findings;
}

} // namespace sluice::tests::tidy
