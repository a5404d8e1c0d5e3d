// Takes apart what the server sent, by the rules that a client goes by.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace sluice::tests {

struct received_answer {
    unsigned status = 0;
    std::string head; // status line and fields, without the empty line
    std::string body;

    // The value of a field; "(none)" if it is not there.
    std::string header(std::string_view name) const;
};

// All answers in `bytes`; bodies by Content-Length. What is left over, or makes no answer, comes
// as a last one with status 0. 100 Continue counts as an answer.
std::vector<received_answer> take_answers(std::string_view bytes);

// Their statuses, "202 400".
std::string statuses(std::string_view bytes);

} // namespace sluice::tests
