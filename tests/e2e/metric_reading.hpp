// Reading the page /metrics of a gateway under test into the series of all pages.
#pragma once

#include "tests/e2e/gateway_under_test.hpp"
#include "tests/e2e/metric_series.hpp"
#include "tests/support/wait_until.hpp"

#include <string>

namespace sluice::tests::e2e {

// Reads until the page satisfies `condition`, each page into `seen`; says whether it came to that.
template <class Condition>
bool read_until(metric_series& seen, gateway_under_test& gateway, Condition condition) {
    return wait_until([&] {
        auto const page = gateway.admin().try_request("GET", "/metrics");
        if (page) seen.read(page->body);
        return page && condition(page->body);
    });
}

inline bool shows(std::string const& page, std::string const& line) {
    return ("\n" + page).find("\n" + line) != std::string::npos;
}

inline void read_page(metric_series& seen, gateway_under_test& gateway) {
    seen.read(gateway.admin().get("/metrics").body);
}

} // namespace sluice::tests::e2e
