#include "tests/e2e/metric_series.hpp"

#include <algorithm>

namespace sluice::tests::e2e {

void metric_series::read(std::string_view page) {
    std::string family;
    while (!page.empty()) {
        auto const end = page.find('\n');
        auto const line = page.substr(0, end);
        page = end == page.npos ? std::string_view() : page.substr(end + 1);
        constexpr std::string_view type = "# TYPE ";
        if (line.starts_with(type)) {
            auto const name = line.substr(type.size());
            family = std::string(name.substr(0, name.find(' ')));
            families_.insert(family);
        }
        auto const space = line.rfind(' ');
        if (line.empty() || line.front() == '#' || space == line.npos) continue;
        auto const value = std::string(line.substr(space + 1));
        auto [at, is_new] =
            all_.try_emplace(std::string(line.substr(0, space)), series{family, value, false});
        at->second.has_moved |= value != at->second.value || value != "0";
    }
}

std::set<std::string> metric_series::families() const {
    return families_;
}

std::set<std::string> metric_series::still_families() const {
    auto still = families_;
    for (auto const& [name, one] : all_) {
        if (one.has_moved) still.erase(one.family);
    }
    return still;
}

namespace {

std::string labels_of(std::string const& name) {
    return name.substr(std::min(name.find('{'), name.size()));
}

} // namespace

std::set<std::string> metric_series::series_of(std::string_view family) const {
    std::set<std::string> found;
    for (auto const& [name, one] : all_) {
        if (one.family == family) found.insert(labels_of(name));
    }
    return found;
}

std::set<std::string> metric_series::still_series(std::string_view family) const {
    std::set<std::string> still;
    for (auto const& [name, one] : all_) {
        if (one.family == family && !one.has_moved) still.insert(labels_of(name));
    }
    return still;
}

} // namespace sluice::tests::e2e
