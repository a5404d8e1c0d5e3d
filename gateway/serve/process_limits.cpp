#include "gateway/serve/process_limits.hpp"

#include "gateway/http/descriptors.hpp"

#include <csignal>
#include <malloc.h>
#include <sys/resource.h>

namespace sluice::gateway::serve {

namespace {

void raise_descriptor_limit() {
    rlimit now{};
    if (::getrlimit(RLIMIT_NOFILE, &now) != 0 || now.rlim_cur == now.rlim_max) return;
    now.rlim_cur = now.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &now);
}

// glibc keeps pieces up to 32 MiB once it has seen them freed; answers that nobody reads would stay
// with the process for ever.
void return_large_memory() {
    constexpr int large = 256 * 1024;
    ::mallopt(M_MMAP_THRESHOLD, large);
    ::mallopt(M_TRIM_THRESHOLD, 8 * large);
}

} // namespace

void settle_process(config::limits const& limit, telemetry::log& lines) {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    return_large_memory();
    raise_descriptor_limit();
    auto const descriptors = http::descriptor_limit();
    auto const usable = http::descriptors_for_callers(descriptors);
    if (usable >= limit.connections) return;
    lines.warn(
        "fewer connections than limits.connections fit below the limit of descriptors",
        {{"connections", limit.connections}, {"descriptors", descriptors}, {"usable", usable}});
}

} // namespace sluice::gateway::serve
