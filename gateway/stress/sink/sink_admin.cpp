#include "gateway/stress/sink/sink_admin.hpp"

#include "gateway/stress/sink/sink_state.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

namespace sluice::gateway::stress {

namespace {

namespace json = boost::json;

admin_answer failure(unsigned status, std::string_view error) {
    return {status, json::serialize(json::object{{"error", error}})};
}

// A value may be written as on the command line or as the number it stands for.
std::string text_of(json::value const& value) {
    if (auto const* text = value.if_string()) return std::string(*text);
    return json::serialize(value);
}

template <class T>
std::optional<option_error> take(parsed<T> const& value, T& into) {
    if (!value) return value.error();
    into = *value;
    return std::nullopt;
}

std::optional<option_error> take_time(std::string_view text, std::chrono::milliseconds& into) {
    auto const time = parse_time(text);
    if (!time) return time.error();
    into = std::chrono::duration_cast<std::chrono::milliseconds>(*time);
    return std::nullopt;
}

std::optional<option_error> take_retry_after(json::value const& value, behaviour_options& into) {
    into.retry_after.reset();
    if (value.is_null()) return std::nullopt;
    auto const time = parse_time(text_of(value));
    if (!time) return time.error();
    into.retry_after = std::chrono::duration_cast<std::chrono::seconds>(*time);
    return std::nullopt;
}

std::optional<option_error> take_body(json::value const& value, behaviour_options& into) {
    into.body.reset();
    // What stands in JSON is the body itself: a caller on the network names no files.
    if (!value.is_null()) into.body = text_of(value);
    return std::nullopt;
}

std::optional<option_error> take_member(std::string_view key, json::value const& value,
                                        behaviour_options& into) {
    if (key == "status") return take(parse_statuses(text_of(value)), into.statuses);
    if (key == "latency") return take(parse_latency(text_of(value)), into.latency);
    if (key == "fail_rate") return take(parse_rate(text_of(value)), into.fail_rate);
    if (key == "half_close_rate") return take(parse_rate(text_of(value)), into.half_close_rate);
    if (key == "slow_body") return take_time(text_of(value), into.slow_body);
    if (key == "answer_size") return take(parse_bytes(text_of(value)), into.answer_bytes);
    if (key == "hang_rate") return take(parse_rate(text_of(value)), into.hang_rate);
    if (key == "reset_rate") return take(parse_rate(text_of(value)), into.reset_rate);
    if (key == "fail_for") return take_time(text_of(value), into.fail_for);
    if (key == "retry_after") return take_retry_after(value, into);
    if (key == "body") return take_body(value, into);
    return option_error{fmt::format("unknown key \"{}\"", key)};
}

admin_answer answer_config(sink_request const& request, sink_state& state,
                           std::chrono::steady_clock::time_point now) {
    behaviour_options current;
    {
        std::lock_guard lock(state.mutex);
        current = state.current;
    }
    if (request.method == "GET") return {200, to_json(current)};
    auto const wanted = read_behaviour(request.body, std::move(current));
    if (!wanted) return failure(422, wanted.error().message);
    state.configure(*wanted, now);
    return {200, to_json(*wanted)};
}

} // namespace

std::string to_json(behaviour_options const& options) {
    json::object all;
    all["status"] = to_string(options.statuses);
    all["latency"] = to_string(options.latency);
    all["fail_rate"] = options.fail_rate;
    all["hang_rate"] = options.hang_rate;
    all["half_close_rate"] = options.half_close_rate;
    all["slow_body"] = fmt::format("{}ms", options.slow_body.count());
    all["answer_size"] = options.answer_bytes;
    all["reset_rate"] = options.reset_rate;
    all["fail_for"] = fmt::format("{}ms", options.fail_for.count());
    all["retry_after"] = nullptr;
    if (options.retry_after) all["retry_after"] = options.retry_after->count();
    all["body"] = nullptr;
    if (options.body) all["body"] = *options.body;
    return json::serialize(all);
}

parsed<behaviour_options> read_behaviour(std::string_view text, behaviour_options options) {
    boost::system::error_code ec;
    auto const document = json::parse(text, ec);
    auto const* object = ec ? nullptr : document.if_object();
    if (object == nullptr) return option_error{"expected a JSON object"};
    for (auto const& [key, value] : *object) {
        if (auto error = take_member(key, value, options)) return std::move(*error);
    }
    return options;
}

admin_answer answer_admin(sink_request const& request, sink_state& state,
                          std::chrono::steady_clock::time_point now) {
    auto const what = request.path().substr(admin_prefix.size());
    bool const is_get = request.method == "GET";
    bool const is_post = request.method == "POST";
    if (what == "stats") {
        if (is_get) return {200, to_json(state.stats.totals())};
    } else if (what == "config") {
        if (is_get || is_post) return answer_config(request, state, now);
    } else if (what == "reset") {
        if (is_post) {
            state.stats.clear();
            state.recorder->clear();
            return {200, R"({"ok":true})"};
        }
    } else {
        return failure(404, "known are stats, config and reset");
    }
    return failure(405, "another method is expected");
}

} // namespace sluice::gateway::stress
