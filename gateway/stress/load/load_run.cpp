#include "gateway/stress/load/load_run.hpp"

#include "codecs/rfc3339.hpp"
#include "gateway/client/http_client.hpp"
#include "gateway/client/resolver.hpp"
#include "gateway/client/tls_context.hpp"
#include "gateway/http/text.hpp"
#include "gateway/stress/load/request_parts.hpp"

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <iterator>
#include <utility>

namespace sluice::gateway::stress {

namespace {

namespace asio = boost::asio;

// Of an answer's body; more is not read, and its connection is given up.
constexpr std::size_t read_limit = 4 * 1024 * 1024;

class plain_source final : public request_source {
  public:
    plain_source(request_options const& request, std::uint64_t seed)
        : request_(request)
        , random_(seed)
        , unix_begin_(std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())) {}

    void make(request_start const& what, outgoing& into) override {
        into.method = request_.method;
        if (!request_.rendered) {
            // A slot keeps its body from one request to the next.
            if (into.body.size() != request_.body.size()) into.body = request_.body;
            return;
        }
        auto const planned = std::chrono::duration_cast<std::chrono::milliseconds>(what.planned);
        request_.rendered->render(into.body, {what.number + 1, unix_begin_ + planned}, random_);
    }

    void on_end(request_end const&) override {}

  private:
    request_options const request_;
    std::mt19937_64 random_;
    std::chrono::milliseconds unix_begin_;
};

bool has_header(request_options const& request, std::string_view name) {
    return std::ranges::any_of(request.headers, [name](auto const& field) {
        return http::equal_ignoring_case(field.first, name);
    });
}

bool is_host(std::pair<std::string, std::string> const& field) {
    return http::equal_ignoring_case(field.first, "Host");
}

// The same target with a Host of the caller's own: another name than the one that is connected to.
std::shared_ptr<client::endpoint const> with_host(client::endpoint const& to,
                                                  std::string_view host) {
    auto changed = std::make_shared<client::endpoint>(to);
    auto const own = fmt::format("Host: {}\r\n", to.url.authority());
    changed->head_lines.replace(0, own.size(), fmt::format("Host: {}\r\n", host));
    return changed;
}

// Ends the run at the first signal; a second one ends the program.
class interrupter {
  public:
    interrupter(asio::io_context& io, load_generator& generator, bool is_wanted)
        : signals_(io) {
        if (!is_wanted) return;
        signals_.add(SIGINT);
        signals_.add(SIGTERM);
        signals_.async_wait([this, &generator](boost::system::error_code ec, int) {
            if (ec) return;
            signals_.clear();
            generator.interrupt();
        });
    }
    void cancel() { signals_.cancel(); }

  private:
    asio::signal_set signals_;
};

} // namespace

parsed<std::shared_ptr<client::endpoint const>> make_target(request_options const& request,
                                                            std::size_t connections,
                                                            std::chrono::milliseconds timeout) {
    config::upstream how;
    how.allow_http = true;
    how.allow_networks = {config::network::parse("0.0.0.0/0").value(),
                          config::network::parse("::/0").value()};
    how.timeout = timeout;
    how.response_bytes = read_limit;
    how.ca = request.ca;
    std::ranges::remove_copy_if(request.headers, std::back_inserter(how.headers), is_host);
    auto const sample = request.rendered ? std::string_view() : std::string_view(request.body);
    bool const has_body = request.rendered || !request.body.empty();
    if (has_body && !has_header(request, "content-type")) {
        how.headers.emplace_back("Content-Type", request.rendered ? "application/json"
                                                                  : guess_content_type(sample));
    }
    if (!has_header(request, "user-agent")) how.headers.emplace_back("User-Agent", "sluice-load");
    client::tls_contexts tls;
    auto const url = config::parse_url(request.url, config::plain_http::allowed);
    if (!url) return option_error{fmt::format("\"{}\": {}", request.url, url.error().message())};
    auto made = client::make_endpoint({"target", request.url, how, connections}, tls);
    if (!made) return option_error{fmt::format("\"{}\": {}", request.url, made.error().message())};
    auto const host = std::ranges::find_if(request.headers, is_host);
    return host == request.headers.end() ? *made : with_host(**made, host->second);
}

run_result run_generator(std::shared_ptr<client::endpoint const> to, generator_options options,
                         request_source& source, run_hooks const& hooks) {
    asio::io_context io(1);
    client::resolver names;
    client::client_options limits;
    limits.max_idle = options.connections;
    client::http_client client(io, names, limits);
    load_generator generator(io, client, client.open(std::move(to)), std::move(options), source);
    generator.on_second = hooks.on_second;
    generator.in_queue = hooks.in_queue;
    interrupter signals(io, generator, hooks.takes_signals);
    auto began = utc_now();
    generator.start([&] {
        signals.cancel();
        client.stop();
    });
    if (hooks.on_begin) hooks.on_begin(generator.began());
    io.run();
    auto result = generator.result();
    result.began = std::move(began);
    auto const replaced = client.counters().stale_retries.get();
    if (replaced > 0) {
        result.remarks.push_back(fmt::format("{} requests met a kept connection that the target "
                                             "had closed and went out again on a new one.",
                                             replaced));
    }
    return result;
}

std::unique_ptr<request_source> make_source(request_options const& request, std::uint64_t seed) {
    return std::make_unique<plain_source>(request, seed);
}

run_result run_load(load_options const& options, rate_plan const& plan,
                    std::shared_ptr<client::endpoint const> to, run_hooks const& hooks) {
    auto const source = make_source(options.request, options.seed);
    generator_options how;
    how.plan = plan;
    how.kind = options.kind;
    how.seed = options.seed;
    how.connections = options.connections;
    how.grace = options.grace;
    auto result = run_generator(std::move(to), std::move(how), *source, hooks);
    result.command = "load";
    result.target = options.request.url;
    return result;
}

std::string utc_now() {
    auto const now = std::chrono::system_clock::now();
    return codecs::to_rfc3339(std::chrono::floor<std::chrono::milliseconds>(now));
}

} // namespace sluice::gateway::stress
