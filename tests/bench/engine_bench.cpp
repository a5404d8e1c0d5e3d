// The engine alone: what one task costs from admit to delivered, with an empty queue and with
// millions waiting, how many bytes a waiting task takes, and how long the longest turn is when
// all of them fall due together. Times are CPU time.
//     engine_bench [TASKS]        default: 1000000
#include "queue/core/engine.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <unistd.h>
#include <vector>

namespace {

using namespace sluice::queue;
using namespace std::chrono_literals;

// CPU time of this thread: other programs on the machine do not count.
struct clock_type {
    using duration = std::chrono::nanoseconds;
    static duration now() {
        timespec t{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
    }
};

class ignored final : public release_sink {
  public:
    void on_live(location) override {}
    void on_released(location) override {}
};

std::size_t resident_bytes() {
    std::size_t pages = 0;
    if (std::FILE* f = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(f, "%*s %zu", &pages) != 1) pages = 0;
        std::fclose(f);
    }
    return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

double nanoseconds(clock_type::duration time, std::size_t count) {
    return std::chrono::duration<double, std::nano>(time).count() / static_cast<double>(count);
}

class bench {
  public:
    explicit bench(std::size_t tasks)
        : tasks_(tasks)
        , engine_(options(tasks), table_, sink_) {
        lane_options lane;
        lane.concurrency = 1000;
        engine_.configure_lane(table_.lanes.intern("crm"), lane, now_);
        table_.accounts.intern("163");
        engine_.start(now_);
    }

    void run() {
        lives("empty queue", 2'000'000);
        std::size_t const before = resident_bytes();
        accept_far_ahead();
        auto const bytes = static_cast<double>(resident_bytes() - before);
        std::printf("%-28s %8.1f bytes\n", "a waiting task, index included",
                    bytes / static_cast<double>(tasks_));
        lives("with these waiting", 2'000'000);
        drain();
    }

  private:
    static engine_options options(std::size_t tasks) {
        engine_options o;
        o.max_tasks = tasks + 10'000;
        return o;
    }

    void accept(std::chrono::milliseconds delay) {
        new_task task;
        task.id = ids_.next(now_.wall);
        task.accepted_at = now_.wall;
        task.not_before = now_.wall + delay;
        task.payload = payload_;
        if (!engine_.admit({&task, 1}, now_)) std::abort();
        accepted r;
        r.task = std::move(task);
        r.where = {1, 300, offset_ = (offset_ + 512) % (1u << 30)}; // as in segments of files
        engine_.apply(std::move(r), now_);
    }

    // Payloads of far-off tasks were left on the disk: what is due is read back at once.
    void read_back(std::size_t most) {
        for (engine_.take_unread(unread_); !unread_.empty(); engine_.take_unread(unread_)) {
            for (auto const& each : unread_)
                engine_.payload_read(each, shared_bytes(payload_), now_);
            unread_.clear();
            engine_.take_due(now_, most - due_.size(), due_, expired_);
        }
    }

    std::size_t take_and_deliver(std::size_t most) {
        due_.clear();
        expired_.clear();
        engine_.take_due(now_, most, due_, expired_);
        read_back(most);
        for (attempt const& a : due_) {
            outcome o;
            o.verdict = verdict::delivered;
            o.status = 200;
            auto decision = engine_.complete(a, std::move(o), now_);
            engine_.apply(std::move(*decision.task), now_);
        }
        return due_.size();
    }

    void tick() {
        now_.wall += 1ms;
        now_.mono += 1ms;
    }

    void lives(char const* what, std::size_t count) {
        auto const begin = clock_type::now();
        for (std::size_t i = 0; i < count / 256; ++i) {
            tick();
            for (int n = 0; n < 256; ++n)
                accept(0ms);
            if (take_and_deliver(256) != 256) std::abort();
        }
        std::printf("%-28s %8.1f ns a life\n", what,
                    nanoseconds(clock_type::now() - begin, count / 256 * 256));
    }

    void accept_far_ahead() {
        auto longest = clock_type::duration::zero();
        auto const begin = clock_type::now();
        for (std::size_t i = 0; i < tasks_;) {
            tick(); // no clock stands still while so many come
            auto const some = clock_type::now();
            for (std::size_t const end = std::min(tasks_, i + 64); i < end; ++i) {
                // Due times in no order, all within a day that begins in ten.
                accept(240h + std::chrono::milliseconds(i * 7'919 % 86'400'000));
            }
            longest = std::max(longest, clock_type::now() - some);
        }
        std::printf("%-28s %8.1f ns, the longest 64 %.0f us\n", "accepted far ahead",
                    nanoseconds(clock_type::now() - begin, tasks_), nanoseconds(longest, 1) / 1000);
    }

    void drain() {
        now_.wall += 300h;
        now_.mono += 300h;
        auto longest = clock_type::duration::zero();
        auto const begin = clock_type::now();
        for (std::size_t left = tasks_; left > 0;) {
            auto const turn = clock_type::now();
            left -= take_and_deliver(256);
            longest = std::max(longest, clock_type::now() - turn);
        }
        std::printf("%-28s %8.1f ns each, the longest turn %.0f us\n", "all due together",
                    nanoseconds(clock_type::now() - begin, tasks_), nanoseconds(longest, 1) / 1000);
    }

    std::size_t tasks_;
    ignored sink_;
    names table_;
    engine engine_;
    instant now_{wall_time(std::chrono::milliseconds(1'764'000'000'000)), mono_time(1h)};
    task_id_generator ids_{1};
    shared_bytes payload_{std::string_view("a payload")};
    std::uint64_t offset_ = 0;
    std::vector<attempt> due_;
    std::vector<record> expired_;
    std::vector<engine::unread> unread_;
};

} // namespace

int main(int argc, char** argv) {
    auto const tasks = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    std::printf("%llu tasks\n", static_cast<unsigned long long>(tasks));
    bench(tasks).run();
}
