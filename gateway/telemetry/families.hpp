// Metric families on their way to the Prometheus text format: a name, a help sentence and samples
// with labels. Capped: a family beyond `series_limit` adds the rest up under "other".
// Values; built and thrown away by one call of render.
#pragma once

#include "gateway/telemetry/duration_histogram.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::telemetry {

enum class metric_kind : std::uint8_t { counter, gauge };

struct label {
    std::string_view name;
    std::string_view value; // From the configuration or the program, never from a call.
};
using labels = std::initializer_list<label>;

class family_list {
  public:
    family_list();
    ~family_list();
    family_list(family_list const&) = delete;
    family_list& operator=(family_list const&) = delete;

    // Begins a family: the samples that follow belong to it. `name` ends in its unit, and in
    // `_total` when it counts.
    void begin(metric_kind kind, std::string_view name, std::string_view help);
    void sample(labels of, double value);

    // A family of one sample without labels.
    void single(metric_kind kind, std::string_view name, std::string_view help, double value);
    // A histogram of seconds with the bounds 100 us to 10 min.
    void histogram(std::string_view name, std::string_view help, duration_distribution const& of);
    // Begins a family of such histograms, to which `distribution` adds one. From `series_limit` on
    // nothing is added.
    void begin_histogram(std::string_view name, std::string_view help);
    void distribution(labels of, duration_distribution const& values);

    // The Prometheus text format 0.0.4.
    std::string text() const;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

inline constexpr std::string_view metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

} // namespace sluice::gateway::telemetry
