#include "gateway/server/problem.hpp"

#include "codecs/problem.hpp"

namespace sluice::gateway::server {

void write_problem_json(problem const& refusal, std::string& out) {
    codecs::problem written;
    written.status = static_cast<int>(refusal.status);
    written.detail = refusal.detail;
    codecs::append_problem_json(out, written);
}

} // namespace sluice::gateway::server
