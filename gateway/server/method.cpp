#include "gateway/server/method.hpp"

namespace sluice::gateway::server {

refusal check_method(std::string_view method) {
    for (std::string_view allowed : {"POST", "GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}) {
        if (method == allowed) return {};
    }
    if (method == "CONNECT" || method == "TRACE") return {405, "This method is not allowed here."};
    return {501, "This method is not known."};
}

} // namespace sluice::gateway::server
