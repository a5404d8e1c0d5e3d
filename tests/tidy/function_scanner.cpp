#include "tests/tidy/function_scanner.hpp"

#include <cctype>
#include <regex>

namespace sluice::tests::tidy {
namespace {

bool is_space(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

// Whether `head`, with all its parentheses closed, goes on with a constructor's initialisers.
bool has_initialisers(std::string_view head) {
    int depth = 0;
    bool after_parameters = false;
    for (std::size_t i = 0; i < head.size(); ++i) {
        depth += head[i] == '(' ? 1 : head[i] == ')' ? -1 : 0;
        after_parameters = after_parameters || head[i] == ')';
        if (head[i] == ':' && depth == 0 && after_parameters) {
            bool const is_scope = (i + 1 < head.size() && head[i + 1] == ':') || head[i - 1] == ':';
            if (!is_scope) {
                return true;
            }
        }
    }
    return false;
}

char last_visible(std::string_view text) {
    while (!text.empty() && is_space(text.back())) {
        text.remove_suffix(1);
    }
    return text.empty() ? '\0' : text.back();
}

enum class brace_kind { scope, initialiser, body };

// What an opening brace after `head`, outside every function, begins.
brace_kind classify(std::string const& head) {
    static std::regex const scope(
        R"(^\s*(template\s*<.*>\s*)?(inline\s+)?(namespace|class|struct|union|enum|extern)\b)");
    char const last = last_visible(head);
    if (std::regex_search(head, scope) && last != ')') {
        return brace_kind::scope;
    }
    if (head.find(')') == head.npos || last == '=' || last == '(' || last == ',') {
        return brace_kind::initialiser;
    }
    bool const follows_name =
        last == '>' || std::isalnum(static_cast<unsigned char>(last)) != 0 || last == '_';
    return has_initialisers(head) && follows_name ? brace_kind::initialiser : brace_kind::body;
}

// One pass over the text; keeps the head of what is being declared and counts lines.
class scanner {
  public:
    explicit scanner(std::string_view code)
        : code_(code) {}

    std::vector<function_span> run() {
        while (at_ < code_.size()) {
            step();
        }
        return std::move(functions_);
    }

  private:
    void step() {
        char const c = code_[at_];
        if (c == '#' && is_line_start()) {
            skip_directive();
        } else if (c == '{') {
            open_brace();
        } else if (c == '}' || c == ';') {
            head_.clear();
            advance();
        } else {
            append(c);
            advance();
        }
    }

    void append(char c) {
        if (head_.empty() && is_space(c)) {
            return;
        }
        if (head_.empty()) {
            head_line_ = line_;
        }
        head_ += is_space(c) ? ' ' : c;
    }

    void open_brace() {
        auto const kind = classify(head_);
        if (kind == brace_kind::scope) {
            head_.clear();
            advance();
            return;
        }
        skip_braces();
        if (kind == brace_kind::initialiser) {
            head_ += "{}";
            return;
        }
        functions_.push_back({head_, head_line_, last_brace_line_});
        head_.clear();
    }

    // Past the brace that closes the one here.
    void skip_braces() {
        int depth = 0;
        do {
            depth += code_[at_] == '{' ? 1 : code_[at_] == '}' ? -1 : 0;
            last_brace_line_ = line_;
            advance();
        } while (depth > 0 && at_ < code_.size());
    }

    bool is_line_start() const {
        auto before = at_;
        while (before > 0 && (code_[before - 1] == ' ' || code_[before - 1] == '\t')) {
            --before;
        }
        return before == 0 || code_[before - 1] == '\n';
    }

    void skip_directive() {
        bool goes_on = true;
        while (at_ < code_.size() && goes_on) {
            goes_on = code_[at_] != '\n' || (at_ > 0 && code_[at_ - 1] == '\\');
            advance();
        }
    }

    void advance() {
        line_ += code_[at_] == '\n' ? 1 : 0;
        ++at_;
    }

    std::string_view code_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t last_brace_line_ = 0;
    std::string head_;
    std::size_t head_line_ = 1;
    std::vector<function_span> functions_;
};

} // namespace

std::vector<function_span> find_functions(std::string_view code) {
    return scanner(code).run();
}

} // namespace sluice::tests::tidy
