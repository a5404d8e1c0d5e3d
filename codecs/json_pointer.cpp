#include "codecs/json_pointer.hpp"

#include <charconv>

namespace sluice::codecs {

namespace {

result<std::string> unescape_token(std::string_view whole, std::string_view token) {
    std::string unescaped;
    unescaped.reserve(token.size());
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] != '~') {
            unescaped.push_back(token[i]);
            continue;
        }
        bool const is_escape = i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
        if (!is_escape) {
            auto const offset = static_cast<std::size_t>(token.data() + i - whole.data());
            return error_at(errc::invalid_path, whole, offset,
                            "expected 0 or 1 after ~ in a JSON Pointer");
        }
        unescaped.push_back(token[++i] == '0' ? '~' : '/');
    }
    return unescaped;
}

} // namespace

result<json_pointer> json_pointer::compile(std::string_view text) {
    json_pointer pointer;
    if (text.empty()) return pointer;
    if (text.front() != '/') {
        return error_at(errc::invalid_path, text, 0, "a JSON Pointer begins with /");
    }
    std::size_t start = 1;
    while (true) {
        auto const end = text.find('/', start);
        auto token = unescape_token(text, text.substr(start, end - start));
        if (!token) return token.error();
        pointer.tokens_.push_back(*std::move(token));
        if (end == std::string_view::npos) return pointer;
        start = end + 1;
    }
}

boost::json::value const* json_pointer::find(boost::json::value const& root) const noexcept {
    auto const* current = &root;
    for (auto const& token : tokens_) {
        if (auto const* object = current->if_object()) {
            current = object->if_contains(token);
        } else if (auto const* array = current->if_array()) {
            auto const index = pointer_index(token);
            current = index ? array->if_contains(*index) : nullptr;
        } else {
            current = nullptr;
        }
        if (current == nullptr) return nullptr;
    }
    return current;
}

std::optional<std::size_t> pointer_index(std::string_view token) noexcept {
    if (token.empty() || (token.size() > 1 && token.front() == '0')) return std::nullopt;
    std::size_t index = 0;
    auto const* const end = token.data() + token.size();
    auto const read = std::from_chars(token.data(), end, index);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return index;
}

void append_pointer_token(std::string& pointer, std::string_view token) {
    pointer.push_back('/');
    for (char const c : token) {
        if (c == '~') {
            pointer.append("~0");
        } else if (c == '/') {
            pointer.append("~1");
        } else {
            pointer.push_back(c);
        }
    }
}

void append_pointer_token(std::string& pointer, std::size_t index) {
    pointer.push_back('/');
    pointer.append(std::to_string(index));
}

} // namespace sluice::codecs
