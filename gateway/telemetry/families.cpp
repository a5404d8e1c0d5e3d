#include "gateway/telemetry/families.hpp"

#include "gateway/telemetry/label_table.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <sstream>

namespace sluice::gateway::telemetry {

namespace {

using prometheus::ClientMetric;

// Seconds; each is met exactly by duration_histogram.
constexpr std::array<std::chrono::microseconds, 20> bounds{
    std::chrono::microseconds(100), std::chrono::microseconds(250),  std::chrono::microseconds(500),
    std::chrono::milliseconds(1),   std::chrono::microseconds(2500), std::chrono::milliseconds(5),
    std::chrono::milliseconds(10),  std::chrono::milliseconds(25),   std::chrono::milliseconds(50),
    std::chrono::milliseconds(100), std::chrono::milliseconds(250),  std::chrono::milliseconds(500),
    std::chrono::seconds(1),        std::chrono::milliseconds(2500), std::chrono::seconds(5),
    std::chrono::seconds(10),       std::chrono::seconds(30),        std::chrono::minutes(1),
    std::chrono::minutes(5),        std::chrono::minutes(10)};

prometheus::MetricFamily make_family(std::string_view name, std::string_view help,
                                     prometheus::MetricType type) {
    prometheus::MetricFamily family;
    family.name = name;
    family.help = help;
    family.type = type;
    return family;
}

void add(ClientMetric& metric, prometheus::MetricType type, double value) {
    if (type == prometheus::MetricType::Counter) {
        metric.counter.value += value;
    } else {
        metric.gauge.value += value;
    }
}

} // namespace

struct family_list::state {
    std::vector<prometheus::MetricFamily> families;
};

family_list::family_list()
    : state_(std::make_unique<state>()) {}

family_list::~family_list() = default;

void family_list::begin(metric_kind kind, std::string_view name, std::string_view help) {
    auto const type = kind == metric_kind::counter ? prometheus::MetricType::Counter
                                                   : prometheus::MetricType::Gauge;
    state_->families.push_back(make_family(name, help, type));
}

void family_list::sample(labels of, double value) {
    auto& family = state_->families.back();
    bool const is_full = family.metric.size() >= series_limit - 1;
    if (family.metric.size() < series_limit) {
        ClientMetric metric;
        for (auto const& l : of) {
            metric.label.push_back(
                {std::string(l.name), std::string(is_full ? other_label : l.value)});
        }
        family.metric.push_back(std::move(metric));
    }
    // The last place takes all that found none.
    add(family.metric.back(), family.type, value);
}

void family_list::single(metric_kind kind, std::string_view name, std::string_view help,
                         double value) {
    begin(kind, name, help);
    sample({}, value);
}

void family_list::histogram(std::string_view name, std::string_view help,
                            duration_distribution const& of) {
    begin_histogram(name, help);
    distribution({}, of);
}

void family_list::begin_histogram(std::string_view name, std::string_view help) {
    state_->families.push_back(make_family(name, help, prometheus::MetricType::Histogram));
}

void family_list::distribution(labels of, duration_distribution const& values) {
    auto& family = state_->families.back();
    if (family.metric.size() >= series_limit) return;
    ClientMetric metric;
    for (auto const& l : of)
        metric.label.push_back({std::string(l.name), std::string(l.value)});
    metric.histogram.sample_count = values.count();
    metric.histogram.sample_sum = values.sum_seconds();
    for (auto const bound : bounds) {
        metric.histogram.bucket.push_back(
            {values.count_up_to(bound), static_cast<double>(bound.count()) / 1e6});
    }
    family.metric.push_back(std::move(metric));
}

std::string family_list::text() const {
    std::ostringstream out;
    prometheus::TextSerializer{}.Serialize(out, state_->families);
    return std::move(out).str();
}

} // namespace sluice::gateway::telemetry
