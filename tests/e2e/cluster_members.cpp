#include "tests/e2e/cluster_members.hpp"

#include <algorithm>

namespace sluice::tests::e2e {

using namespace std::chrono_literals;

gateway_settings cluster_member(std::string const& name, std::string const& url,
                                recording_destination const& to, std::string const& more) {
    gateway_settings settings;
    settings.more = "[store]\nengine = \"postgres\"\nurl = \"" + url +
                    "\"\nlease = \"2s\"\n[cluster]\nname = \"" + name +
                    "\"\nrejoin = \"3s\"\n[[destination]]\nname = \"shared\"\nurl = "
                    "\"http://127.0.0.1:" +
                    std::to_string(to.port()) +
                    "/shared\"\nallow_http = true\nallow_networks = [\"127.0.0.0/8\"]\n"
                    "retry = { schedule = [\"200ms\"], jitter = 0.0, max_attempts = 100 }\n" +
                    route_table("/in/shared", "\"shared\"") + more;
    return settings;
}

bool wait_for_take_over(gateway_under_test const& one, gateway_under_test const& other) {
    auto const has_said = [](gateway_under_test const& each) {
        return each.log().find("was taken over") != std::string::npos;
    };
    return wait_until([&] { return has_said(one) || has_said(other); }, 60s);
}

std::map<std::string, std::size_t> count_by_body(recording_destination const& at) {
    std::map<std::string, std::size_t> counts;
    for (auto const& each : at.deliveries())
        ++counts[each.request.body];
    return counts;
}

bool all_arrive(recording_destination const& at, std::set<std::string> const& bodies,
                std::chrono::milliseconds limit) {
    std::size_t seen = 0;
    return wait_until(
        [&] {
            auto const count = at.count();
            if (count == seen) return false; // nothing new to look at
            seen = count;
            auto const counts = count_by_body(at);
            return std::ranges::all_of(bodies, [&](auto const& b) { return counts.contains(b); });
        },
        limit);
}

steady_load::steady_load(std::vector<std::uint16_t> ports, int threads)
    : ports_(std::move(ports)) {
    for (int i = 0; i < threads; ++i)
        threads_.emplace_back([this, i] { post_until_end(i); });
}

steady_load::~steady_load() {
    end();
}

void steady_load::post_until_end(int thread) {
    constexpr int most = 50'000;
    std::vector<http_client> clients;
    for (auto const port : ports_)
        clients.emplace_back(port);
    for (int i = 0; !is_over_ && i < most; ++i) {
        auto const body = std::to_string(thread) + "-" + std::to_string(i);
        auto& client = clients[static_cast<std::size_t>(i) % clients.size()];
        auto const answer = client.try_request("POST", "/in/shared", {}, body);
        if (!answer) {
            ++unanswered_;
        } else if (answer->status != 202) {
            ++refused_;
            std::lock_guard const guard(mutex_);
            refusal_ = std::to_string(answer->status) + " " + answer->body;
        } else {
            std::lock_guard const guard(mutex_);
            acknowledged_.insert(body);
        }
    }
}

bool steady_load::wait_for_more(std::size_t count) {
    auto const known = [this] {
        std::lock_guard const guard(mutex_);
        return acknowledged_.size();
    };
    auto const wanted = known() + count;
    return wait_until([&] { return known() >= wanted; }, 60s);
}

void steady_load::end() {
    is_over_ = true;
    for (auto& each : threads_)
        each.join();
    threads_.clear();
}

std::string steady_load::refusal() const {
    std::lock_guard const guard(mutex_);
    return refusal_;
}

std::set<std::string> steady_load::acknowledged() const {
    std::lock_guard const guard(mutex_);
    return acknowledged_;
}

} // namespace sluice::tests::e2e
