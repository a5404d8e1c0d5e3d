#include "tests/gateway/endpoints/whole_front.hpp"

#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace sluice::tests {

using namespace sluice::gateway;
using namespace std::chrono_literals;

namespace {

std::string bytes_of(call_text const& what) {
    auto bytes = what.method + ' ' + what.path + " HTTP/1.1\r\nHost: a\r\n" + what.lines;
    if (!what.body.empty()) bytes += "Content-Length: " + std::to_string(what.body.size()) + "\r\n";
    return bytes + "\r\n" + what.body;
}

} // namespace

bool waiting_jobs::run_one() {
    if (jobs_.empty()) return false;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    auto result = worker_.run(job);
    done_(std::move(job), std::move(result));
    return true;
}

whole_front::whole_front(std::string_view settings, std::size_t slots, call::order_homes* homes) {
    BOOST_REQUIRE(!open());
    auto const read =
        std::make_shared<config::configuration const>(config::test::load_good(settings));
    queue::dispatcher_options how;
    how.port_slots = slots;
    core_ = std::make_unique<queue::dispatcher>(io_, how, names, clock, events_);
    auto current =
        std::make_shared<plan::resolved_configuration const>(read, names, labels_, rates_);
    std::vector<queue::dispatcher::lane_setting> lanes;
    for (auto const& each : read->destinations)
        lanes.push_back(
            {current->lane_of(each), plan::resolved_configuration::lane_options_of(each)});
    core_->configure(lanes, {});
    queue::replay_report report;
    BOOST_REQUIRE(core_->recover(files_, report));
    auto& port = core_->add_port(io_);
    waiting_jobs** next = &commits_;
    core_->start([&](queue::dispatcher::completion done) {
        auto made = std::make_unique<waiting_jobs>(files_, std::move(done));
        *next = made.get();
        next = &background_;
        return made;
    });
    telemetry::log_options quiet;
    quiet.out = &said_;
    lines_.emplace(quiet);
    waits_.emplace(io_, port, *tables, inbox);
    intake::context with{
        port,    clock,       metrics, *tables, inbox,  guesses_, queue::task_id_generator(7),
        current, durability_, *lines_, *waits_, claims_};
    with.homes = homes;
    door_.emplace(std::move(with), labels_);
}

whole_front::~whole_front() {
    door_.reset();
    waits_.reset();
}

void whole_front::reload(std::string_view settings) {
    auto const read =
        std::make_shared<config::configuration const>(config::test::load_good(settings));
    door_->use(std::make_shared<plan::resolved_configuration const>(read, names, labels_, rates_));
}

std::string whole_front::take_log() {
    door_.reset();
    waits_.reset();
    lines_.reset();
    return said_.str();
}

std::size_t whole_front::live_tasks() const {
    std::size_t count = 0;
    core_->state().for_each([&](queue::task_view const&) {
        ++count;
        return true;
    });
    return count;
}

// Everything that can happen without waiting.
void whole_front::turn() {
    core_->wake();
    io_.restart();
    io_.poll();
    if (is_disk_held) return;
    while (commits_->run_one() || background_->run_one()) {
        io_.restart();
        io_.poll();
    }
}

std::unique_ptr<whole_front::connection> whole_front::begin(call_text const& asked,
                                                            char const* address) {
    auto made = std::make_unique<connection>(*this, asked, address);
    made->said_ = made->run();
    return made;
}

received_answer whole_front::ask(call_text const& asked, char const* address) {
    connection one(*this, asked, address);
    auto const answers = take_answers(one.run());
    BOOST_REQUIRE(!answers.empty());
    return answers.front();
}

std::string whole_front::status_of(std::string const& method, std::string const& path) {
    auto const answer = ask({method, path});
    auto text = std::to_string(answer.status);
    if (answer.status == 405) text += " " + answer.header("Allow");
    return text;
}

whole_front::connection::connection(whole_front& owner, call_text const& what, char const* address)
    : owner_(owner)
    , shared_{{}, *owner.door_}
    , pipe_(shared_, owner, server::peer_info{boost::asio::ip::make_address(address)},
            server::pipeline::time_point{1s})
    , input_(bytes_of(what)) {}

received_answer whole_front::connection::ask(call_text const& what) {
    input_ += bytes_of(what);
    auto const answers = take_answers(run());
    BOOST_REQUIRE(!answers.empty());
    return answers.front();
}

std::string whole_front::connection::run() {
    if (!said_.empty()) return std::exchange(said_, {});
    using step = server::pipeline::step;
    server::pipeline::time_point const now{1s};
    constexpr int most_turns = 1000; // each looks at the tables' thread for a while
    for (int turns = 0; turns < most_turns;) {
        switch (pipe_.next()) {
        case step::read: {
            if (input_.empty()) return {}; // the caller has said everything
            auto const space = pipe_.read_space();
            auto const size = std::min(space.size(), input_.size());
            std::memcpy(space.data(), input_.data(), size);
            input_.erase(0, size);
            pipe_.on_read(size, now);
            break;
        }
        case step::write: {
            std::string output(pipe_.output());
            pipe_.on_written(now);
            return output;
        }
        case step::wait:
            if (owner_.is_disk_held && turns > 0) return {};
            ++turns;
            owner_.turn();
            owner_.inbox.run_for(2ms);
            break;
        case step::close:
            return {};
        }
    }
    return {};
}

} // namespace sluice::tests
