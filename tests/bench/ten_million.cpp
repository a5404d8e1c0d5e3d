// Ten million scheduled tasks on the real engine, dispatcher and journal, on the real disk: what it
// costs to admit, hold, count, find, cancel and replay them. Bounded: N tasks, and a few seconds of
// waiting; removes its directory at the end.
//     ten_million DIRECTORY [TASKS [write|read]]      default: 10000000, all of it
// `write` ends before the replay and leaves the directory, `read` only replays one that is there
// and leaves it: for a profile of the start, and for a start without the file in memory.
// Times are wall time and, in brackets, CPU time of the whole process.
#include "queue/dispatch/dispatcher.hpp"
#include "queue/journal/file_worker.hpp"
#include "queue/journal/posix_storage.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <malloc.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace sluice::queue;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr std::size_t payload_bytes = 300;
constexpr std::size_t pipelined = 4096; // calls without an answer at a time
constexpr std::size_t cancelled_singly = 100'000;

double cpu_seconds() {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

std::size_t resident_bytes() {
    malloc_trim(0);
    std::size_t pages = 0;
    if (std::FILE* f = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(f, "%*s %zu", &pages) != 1) pages = 0;
        std::fclose(f);
    }
    return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

class stopwatch {
  public:
    double wall() const { return std::chrono::duration<double>(steady::now() - begun_).count(); }
    double cpu() const { return cpu_seconds() - cpu_; }
    void print(char const* what, std::size_t count) const {
        auto const n = static_cast<double>(count);
        std::printf("%-34s %8.2f s  [%8.2f s]  %9.0f /s  [%6.2f us each]\n", what, wall(), cpu(),
                    n / wall(), cpu() / n * 1e6);
        std::fflush(stdout);
    }

  private:
    steady::time_point begun_ = steady::now();
    double cpu_ = cpu_seconds();
};

// Never asked: nothing is due.
class no_transport final : public transport {
  public:
    void send(attempt&&, outcome_sink&) override { std::abort(); }
    void stop() override {}
};

// One life of the queue, core and I/O on this thread, the disk's threads beside it.
class life {
  public:
    explicit life(std::string const& directory, std::size_t tasks)
        : disk_(std::move(*open_directory(directory, true)))
        , core_(io_, options(tasks), table_, clock_, events_) {
        lane_options crm;
        lane_ = table_.lanes.intern("crm");
        account_ = table_.accounts.intern("163");
        core_.configure({{lane_, crm}}, {{account_, 1}});
    }
    ~life() { stop(); }
    life(life const&) = delete;
    life& operator=(life const&) = delete;

    void recover() {
        replay_report report;
        if (auto const done = core_.recover(files_, report); !done) {
            std::printf("cannot recover: %s\n", done.error().message().c_str());
            std::exit(1);
        }
        std::printf("  %s\n", report.text().c_str());
        port_ = &core_.add_port(io_);
        port_->bind(carrier_);
        core_.start();
    }

    // What the loop does until `is_done`.
    template <class Done>
    void run_until(Done&& is_done) {
        while (!is_done())
            io_.run_one_for(100ms);
    }
    void run_for(std::chrono::milliseconds time) {
        auto const until = steady::now() + time;
        run_until([&] { return steady::now() >= until; });
    }

    // Due within 30 to 60 days, in no order.
    void admit(std::size_t tasks, std::vector<task_id>& ids) {
        answers_.missing = 0;
        shared_bytes const body(std::string_view(std::string(payload_bytes, 'x')));
        for (std::size_t i = 0; i < tasks; ++i) {
            run_until([&] { return answers_.missing < pipelined; });
            auto const now = clock_.now().wall;
            new_task task;
            task.id = ids_.next(now);
            task.lane = lane_;
            task.account = account_;
            task.accepted_at = now;
            task.not_before = now + 30 * 24h + std::chrono::milliseconds(i * 7'919 % 2'592'000'000);
            task.payload = shared_bytes(body.view());
            ids.push_back(task.id);
            submission call;
            call.handler = &answers_;
            call.tasks.push_back(std::move(task));
            if (!port_->submit(std::move(call))) std::abort();
            ++answers_.missing;
        }
        run_until([&] { return answers_.missing == 0; });
    }

    void cancel(std::vector<task_id> const& ids, std::size_t first, std::size_t count) {
        std::size_t missing = 0;
        for (std::size_t i = first; i < first + count; ++i) {
            run_until([&] { return missing < pipelined; });
            ++missing;
            core_.cancel(ids[i], "the bench", [&missing](boost::system::error_code ec) {
                if (ec) std::abort();
                --missing;
            });
            if (i % 64 == 0) io_.poll();
        }
        run_until([&] { return missing == 0; });
    }

    void stop() {
        bool is_done = false;
        core_.drain([&] { is_done = true; });
        run_until([&] { return is_done; });
    }

    dispatcher& core() { return core_; }

  private:
    struct all_answers final : submit_handler {
        void on_submitted(submit_result&& result) override {
            if (result.ec) {
                std::printf("refused: %s\n", result.ec.message().c_str());
                std::exit(1);
            }
            --missing;
        }
        std::size_t missing = 0;
    };

    static dispatcher_options options(std::size_t tasks) {
        dispatcher_options o;
        o.engine.max_tasks = std::max<std::uint64_t>(tasks + 1000, o.engine.max_tasks);
        o.engine.max_payload_bytes = 256 << 20; // limits.queue_bytes: far less than the payloads
        o.journal.seed = 42;
        return o;
    }

    std::unique_ptr<storage> disk_;
    file_worker files_{*disk_};
    boost::asio::io_context io_{1};
    names table_;
    system_clock clock_;
    observer events_;
    no_transport carrier_;
    dispatcher core_;
    port* port_ = nullptr;
    lane_id lane_{};
    account_id account_{};
    all_answers answers_;
    task_id_generator ids_{7};
};

// How long one look takes.
template <class Look>
void measure_look(char const* what, std::size_t count, Look&& look) {
    stopwatch const time;
    for (std::size_t i = 0; i < count; ++i)
        look(i);
    std::printf("%-34s %8.2f us each\n", what, time.wall() / static_cast<double>(count) * 1e6);
}

void measure_waiting(life& queue) {
    queue.run_for(3s); // the journal's background work comes to rest
    stopwatch const time;
    queue.run_for(10s);
    std::printf("%-34s %8.3f %% of a core\n", "nothing due, all waiting",
                time.cpu() / time.wall() * 100);
}

void measure_first_life(std::string const& directory, std::size_t tasks,
                        std::vector<task_id>& ids) {
    ids.reserve(tasks);
    life queue(directory, tasks);
    queue.recover();
    std::size_t const before = resident_bytes();
    {
        stopwatch const time;
        queue.admit(tasks, ids);
        time.print("admitted, each synced", tasks);
    }
    auto const bytes = static_cast<double>(resident_bytes() - before);
    std::printf("%-34s %8.1f bytes (payload %zu)\n", "memory of a waiting task",
                bytes / static_cast<double>(tasks) - sizeof(task_id), payload_bytes);
    measure_waiting(queue);
    auto const& state = queue.core().state();
    measure_look("counting them by state", 1000, [&](std::size_t) {
        if (state.counts().scheduled != tasks) std::abort();
    });
    measure_look("finding one", 100'000, [&](std::size_t i) {
        if (!state.find(ids[i * 7'919 % tasks])) std::abort();
    });
    measure_look("explaining one", 1000, [&](std::size_t i) {
        auto const& core = queue.core();
        if (!core.state().explain(ids[i * 7'919 % tasks], core.now()).is_known) std::abort();
    });
}

void measure_replay(life& queue, std::size_t tasks) {
    std::size_t const before = resident_bytes();
    {
        stopwatch const time;
        queue.recover();
        time.print("replayed at start", tasks);
    }
    auto const bytes = static_cast<double>(resident_bytes() - before);
    std::printf("%-34s %8.1f bytes\n", "memory of a replayed task",
                bytes / static_cast<double>(tasks));
}

void measure_second_life(std::string const& directory, std::size_t tasks,
                         std::vector<task_id> const& ids) {
    life queue(directory, tasks);
    measure_replay(queue, tasks);
    measure_waiting(queue);
    std::size_t const some = std::min(cancelled_singly, tasks);
    {
        stopwatch const time;
        queue.cancel(ids, 0, some);
        time.print("cancelled, each synced", some);
    }
    {
        stopwatch const time;
        queue.cancel(ids, some, tasks - some);
        time.print("all the others cancelled", tasks - some);
    }
    queue.run_for(10s);
    auto const disk = queue.core().disk().stats();
    std::printf("%-34s %8.1f MB in %llu segments, %llu in the history, %llu not kept\n",
                "left on the disk", static_cast<double>(disk.bytes) / 1e6,
                static_cast<unsigned long long>(disk.segments),
                static_cast<unsigned long long>(disk.history_tasks),
                static_cast<unsigned long long>(disk.lost_history));
}

} // namespace

int main(int argc, char** argv) {
    std::string const part = argc > 3 ? argv[3] : "";
    if (argc < 2 || (!part.empty() && part != "write" && part != "read")) {
        std::printf("ten_million DIRECTORY [TASKS [write|read]]\n");
        return 64;
    }
    std::string const directory = argv[1];
    std::size_t const tasks = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 10'000'000;
    if (part == "read") {
        life queue(directory, tasks);
        measure_replay(queue, tasks);
        return 0;
    }
    std::filesystem::remove_all(directory);
    std::printf("%zu tasks of %zu bytes\n", tasks, payload_bytes);
    std::vector<task_id> ids;
    measure_first_life(directory, tasks, ids);
    if (part == "write") return 0;
    measure_second_life(directory, tasks, ids);
    std::filesystem::remove_all(directory);
    return 0;
}
