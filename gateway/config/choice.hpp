// A closed set of words, each with the value that it stands for.
// Pure; the tables are constants of the headers that own the values.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::config {

template <class Value>
struct choice {
    std::string_view word;
    Value value;
};

template <class Value>
std::optional<Value> find_choice(std::string_view word, std::span<choice<Value> const> choices) {
    for (auto const& one : choices)
        if (one.word == word) return one.value;
    return {};
}

// "must be one of "a", "b"".
template <class Value>
std::string choice_message(std::span<choice<Value> const> choices) {
    std::string message = "must be one of";
    char const* separator = " \"";
    for (auto const& one : choices) {
        message.append(separator).append(one.word).append("\"");
        separator = ", \"";
    }
    return message;
}

} // namespace sluice::gateway::config
