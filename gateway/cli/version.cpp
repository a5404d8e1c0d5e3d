#include "gateway/cli/version.hpp"

namespace sluice::gateway::cli {

telemetry::build_info build() {
    return {SLUICE_VERSION, SLUICE_REVISION, SLUICE_COMPILER};
}

std::string version_text() {
    return "sluice " SLUICE_VERSION " (" SLUICE_REVISION ", " SLUICE_COMPILER ")";
}

} // namespace sluice::gateway::cli
