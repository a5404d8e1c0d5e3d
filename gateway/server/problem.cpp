#include "gateway/server/problem.hpp"

#include "codecs/problem.hpp"

namespace sluice::gateway::server {

void write_problem_json(refusal const& why, std::string& out) {
    codecs::problem written;
    written.status = static_cast<int>(why.status);
    written.detail = why.detail;
    codecs::append_problem_json(out, written);
}

} // namespace sluice::gateway::server
