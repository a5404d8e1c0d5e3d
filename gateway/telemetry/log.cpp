#include "gateway/telemetry/log.hpp"

#include "gateway/telemetry/log_limiter.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <mutex>
#include <string>
#include <unistd.h>
#include <vector>

namespace sluice::gateway::telemetry {

namespace {

// spdlog writes the time and the level; what stands for %v is already escaped.
constexpr char json_pattern[] = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";
constexpr char text_pattern[] = "%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v";

spdlog::level::level_enum to_spdlog(config::log_level level) {
    switch (level) {
    case config::log_level::trace:
        return spdlog::level::trace;
    case config::log_level::debug:
        return spdlog::level::debug;
    case config::log_level::info:
        return spdlog::level::info;
    case config::log_level::warning:
        return spdlog::level::warn;
    case config::log_level::error:
        return spdlog::level::err;
    }
    return spdlog::level::info;
}

spdlog::sink_ptr make_sink(std::ostream* out, bool is_terminal) {
    if (out != nullptr) return std::make_shared<spdlog::sinks::ostream_sink_mt>(*out);
    if (is_terminal) return std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    return std::make_shared<spdlog::sinks::stderr_sink_mt>();
}

} // namespace

bool is_json(config::log_format format, bool is_terminal) {
    if (format == config::log_format::automatic) return !is_terminal;
    return format == config::log_format::json;
}

class log::writer {
  public:
    explicit writer(log_options const& options)
        : writer(options, options.out == nullptr && ::isatty(STDERR_FILENO) == 1) {}

    ~writer() { say_suppressed(take_all()); }

    void write(config::log_level level, std::string_view message, log_fields fields) {
        if (!is_enabled(level)) return;
        std::vector<suppression> ended;
        bool is_admitted = false;
        {
            std::lock_guard lock(mutex_);
            is_admitted = limiter_.admit(message, clock_(), ended);
        }
        say_suppressed(ended);
        if (is_admitted) put(level, message, fields);
    }

    void record(config::log_level level, std::string_view message, log_fields fields) {
        if (is_enabled(level)) put(level, message, fields);
    }

    void tick() {
        std::vector<suppression> ended;
        {
            std::lock_guard lock(mutex_);
            ended = limiter_.take_ended(clock_());
        }
        say_suppressed(ended);
    }

    bool is_enabled(config::log_level level) const { return logger_->should_log(to_spdlog(level)); }
    void set_level(config::log_level level) { logger_->set_level(to_spdlog(level)); }

    log_counts counts() const {
        std::lock_guard lock(mutex_);
        return {written_.load(), limiter_.suppressed(), threads_->overrun_counter()};
    }

  private:
    writer(log_options const& options, bool is_terminal)
        : is_json_(is_json(options.format, is_terminal))
        , limiter_(options.lines_per_second)
        , clock_(options.clock ? options.clock : [] { return std::chrono::steady_clock::now(); })
        , threads_(std::make_shared<spdlog::details::thread_pool>(options.queued_lines, 1))
        , logger_(std::make_shared<spdlog::async_logger>(
              "sluice", make_sink(options.out, is_terminal), threads_,
              spdlog::async_overflow_policy::overrun_oldest)) {
        logger_->set_pattern(is_json_ ? json_pattern : text_pattern,
                             spdlog::pattern_time_type::utc);
        logger_->set_level(to_spdlog(options.level));
    }

    std::vector<suppression> take_all() {
        std::lock_guard lock(mutex_);
        return limiter_.take_all();
    }

    void put(config::log_level level, std::string_view message, log_fields fields) {
        std::string line;
        if (is_json_) {
            append_json_members(line, message, fields);
        } else {
            append_text_line(line, message, fields);
        }
        written_.fetch_add(1, std::memory_order_relaxed);
        logger_->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
    }

    void say_suppressed(std::vector<suppression> const& ended) {
        for (auto const& kind : ended) {
            put(config::log_level::warning, "lines suppressed",
                {{"kind", kind.kind}, {"lines", kind.held_back}});
        }
    }

    bool const is_json_;
    mutable std::mutex mutex_; // guards limiter_
    log_limiter limiter_;
    std::function<std::chrono::steady_clock::time_point()> clock_;
    std::atomic<std::uint64_t> written_{0};
    // The pool outlives the logger that posts to it; its destructor writes what is queued.
    std::shared_ptr<spdlog::details::thread_pool> threads_;
    std::shared_ptr<spdlog::async_logger> logger_;
};

log::log(log_options const& options)
    : writer_(std::make_unique<writer>(options)) {}

log::~log() = default;

void log::debug(std::string_view message, log_fields fields) {
    writer_->write(config::log_level::debug, message, fields);
}

void log::info(std::string_view message, log_fields fields) {
    writer_->write(config::log_level::info, message, fields);
}

void log::warn(std::string_view message, log_fields fields) {
    writer_->write(config::log_level::warning, message, fields);
}

void log::error(std::string_view message, log_fields fields) {
    writer_->write(config::log_level::error, message, fields);
}

void log::record(config::log_level level, std::string_view message, log_fields fields) {
    writer_->record(level, message, fields);
}

bool log::is_enabled(config::log_level level) const {
    return writer_->is_enabled(level);
}

void log::set_level(config::log_level level) {
    writer_->set_level(level);
}

void log::tick() {
    writer_->tick();
}

log_counts log::counts() const {
    return writer_->counts();
}

} // namespace sluice::gateway::telemetry
