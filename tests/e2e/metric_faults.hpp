// Gateways whose machine fails them, each read into the series: for the families that move then.
#pragma once

#include "tests/e2e/metric_series.hpp"

namespace sluice::tests::e2e {

void fill_disk(metric_series& seen);
void fail_tables(metric_series& seen);
void break_journal(metric_series& seen);
void run_out_of_descriptors(metric_series& seen);
void speak_tls(metric_series& seen);

} // namespace sluice::tests::e2e
