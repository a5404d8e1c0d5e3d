#include "tests/gateway/server/answers.hpp"

#include <cstdlib>

namespace sluice::tests {

std::string received_answer::header(std::string_view name) const {
    auto const line = "\r\n" + std::string(name) + ": ";
    auto const found = head.find(line);
    if (found == std::string::npos) return "(none)";
    auto const begin = found + line.size();
    return head.substr(begin, head.find("\r\n", begin) - begin);
}

std::vector<received_answer> take_answers(std::string_view bytes) {
    std::vector<received_answer> answers;
    while (!bytes.empty()) {
        received_answer answer;
        auto const head_size = bytes.find("\r\n\r\n");
        if (!bytes.starts_with("HTTP/1.1 ") || head_size == std::string_view::npos) {
            answer.body = bytes;
            answers.push_back(answer);
            break;
        }
        answer.status = static_cast<unsigned>(std::atoi(std::string(bytes.substr(9, 3)).c_str()));
        answer.head = bytes.substr(0, head_size);
        bytes.remove_prefix(head_size + 4);
        auto const length = answer.header("Content-Length");
        auto const size = static_cast<std::size_t>(std::atol(length.c_str()));
        answer.body = bytes.substr(0, size);
        bytes.remove_prefix(answer.body.size());
        answers.push_back(answer);
    }
    return answers;
}

std::string statuses(std::string_view bytes) {
    std::string list;
    for (auto const& answer : take_answers(bytes)) {
        if (!list.empty()) list += ' ';
        list += std::to_string(answer.status);
    }
    return list;
}

} // namespace sluice::tests
