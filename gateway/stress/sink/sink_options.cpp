#include "gateway/stress/sink/sink_options.hpp"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace sluice::gateway::stress {

namespace {

constexpr std::uintmax_t largest_body_file = 1024 * 1024;

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    while (true) {
        auto const comma = text.find(',');
        parts.push_back(text.substr(0, comma));
        if (comma == std::string_view::npos) return parts;
        text.remove_prefix(comma + 1);
    }
}

parsed<weighted_status> parse_status(std::string_view text) {
    auto const colon = text.find(':');
    auto const code = text.substr(0, colon);
    weighted_status one;
    auto const [end, ec] = std::from_chars(code.data(), code.data() + code.size(), one.status);
    bool const is_whole = ec == std::errc() && end == code.data() + code.size();
    if (!is_whole || one.status < 200 || one.status > 599)
        return bad("status", text, "expected a status from 200 to 599, as in 503 or 503:10");
    if (colon == std::string_view::npos) return one;
    auto const weight = to_number(text.substr(colon + 1));
    if (!weight || *weight <= 0) return bad("status", text, "the weight must be above 0");
    one.weight = *weight;
    return one;
}

parsed<std::uint16_t> parse_port(std::string_view text, std::string_view whole) {
    unsigned port = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || ec != std::errc() || end != text.data() + text.size() || port > 65535)
        return bad("address", whole, "the port must be from 0 to 65535");
    return static_cast<std::uint16_t>(port);
}

std::string format_time(std::chrono::microseconds t) {
    auto const us = t.count();
    if (us % 1'000'000 == 0) return fmt::format("{}s", us / 1'000'000);
    if (us % 1'000 == 0) return fmt::format("{}ms", us / 1'000);
    return fmt::format("{}us", us);
}

} // namespace

parsed<std::vector<weighted_status>> parse_statuses(std::string_view text) {
    std::vector<weighted_status> all;
    for (auto const part : split(text)) {
        auto const one = parse_status(part);
        if (!one) return one.error();
        all.push_back(*one);
    }
    return all;
}

parsed<latency_model> parse_latency(std::string_view text) {
    latency_model model;
    auto values = text;
    if (text.starts_with("normal:")) {
        model.shape = latency_model::kind::normal;
        values.remove_prefix(7);
    } else if (text.starts_with("lognormal:")) {
        model.shape = latency_model::kind::log_normal;
        values.remove_prefix(10);
    } else if (text.find(',') != std::string_view::npos) {
        model.shape = latency_model::kind::choice;
    }
    model.values.clear();
    for (auto const part : split(values)) {
        auto const value = parse_time(part);
        if (!value) return value.error();
        model.values.push_back(*value);
    }
    bool const has_two = model.shape == latency_model::kind::normal ||
                         model.shape == latency_model::kind::log_normal;
    if (has_two && model.values.size() != 2)
        return bad("latency", text, "expected two times, as in normal:20ms,5ms");
    if (model.shape == latency_model::kind::normal && model.values[1].count() == 0)
        return bad("latency", text, "the deviation must be above 0");
    if (model.shape == latency_model::kind::log_normal &&
        (model.values[0].count() == 0 || model.values[1] <= model.values[0]))
        return bad("latency", text, "expected a median above 0 and a larger time");
    return model;
}

parsed<double> parse_rate(std::string_view text) {
    auto number = text;
    bool const is_percent = number.ends_with('%');
    if (is_percent) number.remove_suffix(1);
    auto const value = to_number(number);
    auto const share = value.value_or(-1) / (is_percent ? 100 : 1);
    if (share < 0 || share > 1) return bad("rate", text, "expected 0 to 1, or 0% to 100%");
    return share;
}

parsed<std::size_t> parse_bytes(std::string_view text) {
    auto number = text;
    double scale = 1;
    for (auto const& [suffix, factor] :
         {std::pair{"KiB", 1024.0}, {"MiB", 1024.0 * 1024.0}, {"B", 1.0}}) {
        if (!text.ends_with(suffix)) continue;
        number.remove_suffix(std::string_view(suffix).size());
        scale = factor;
        break;
    }
    auto const bytes = to_number(number).value_or(-1) * scale;
    if (bytes < 0 || bytes > static_cast<double>(largest_answer))
        return bad("size", text, "expected bytes as in 1000, 64KiB or 10MiB, up to 64MiB");
    return static_cast<std::size_t>(bytes);
}

parsed<listen_address> parse_listen(std::string_view text) {
    auto const colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return bad("address", text, "expected ADDRESS:PORT, as in 127.0.0.1:9000");
    auto const port = parse_port(text.substr(colon + 1), text);
    if (!port) return port.error();
    auto host = text.substr(0, colon);
    if (host.empty() || host == "localhost") host = "127.0.0.1";
    bool const is_bracketed = host.starts_with('[') && host.ends_with(']');
    if (is_bracketed) host = host.substr(1, host.size() - 2);
    boost::system::error_code ec;
    auto const address = boost::asio::ip::make_address(host, ec);
    if (ec || address.is_v6() != is_bracketed)
        return bad("address", text, "expected a literal address, IPv6 in brackets");
    return listen_address{address.to_string(), *port};
}

parsed<std::string> parse_body(std::string const& text) {
    bool const is_file = text.starts_with('@');
    std::string const path = is_file ? text.substr(1) : text;
    std::error_code ec;
    if (!std::filesystem::is_regular_file(path, ec)) {
        if (is_file) return bad("body", text, "no such file");
        return parsed<std::string>(boost::system::in_place_value, text);
    }
    if (std::filesystem::file_size(path, ec) > largest_body_file || ec)
        return bad("body", text, "the file is above 1 MiB");
    std::ifstream in(path, std::ios::binary);
    if (!in) return bad("body", text, "the file cannot be read");
    return parsed<std::string>(boost::system::in_place_value, std::istreambuf_iterator<char>(in),
                               std::istreambuf_iterator<char>());
}

std::string to_string(std::vector<weighted_status> const& statuses) {
    std::string text;
    for (auto const& one : statuses) {
        if (!text.empty()) text += ',';
        text += fmt::format("{}:{}", one.status, one.weight);
    }
    return text;
}

std::string to_string(latency_model const& latency) {
    std::string text;
    if (latency.shape == latency_model::kind::normal) text = "normal:";
    if (latency.shape == latency_model::kind::log_normal) text = "lognormal:";
    for (bool is_first = true; auto const value : latency.values) {
        if (!is_first) text += ',';
        is_first = false;
        text += format_time(value);
    }
    return text;
}

} // namespace sluice::gateway::stress
