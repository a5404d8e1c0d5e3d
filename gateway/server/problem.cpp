#include "gateway/server/problem.hpp"

#include "gateway/server/reply.hpp"

#include <charconv>

namespace sluice::gateway::server {

std::string_view problem::title() const {
    return reason_phrase(status);
}

void write_problem_json(problem const& refusal, std::string& out) {
    char digits[12];
    auto const end = std::to_chars(digits, digits + sizeof(digits), refusal.status).ptr;
    out += R"({"type":"about:blank","title":")";
    out += refusal.title();
    out += R"(","status":)";
    out.append(digits, end);
    out += R"(,"detail":")";
    // The texts are this program's own; quotes are all that has to be escaped in them.
    for (char c : refusal.detail) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += "\"}";
}

} // namespace sluice::gateway::server
