#include "gateway/stress/sink/sink_recorder.hpp"

#include "codecs/base64.hpp"
#include "codecs/json.hpp"
#include "codecs/rfc3339.hpp"
#include "codecs/utf8.hpp"
#include "gateway/http/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <iterator>
#include <map>
#include <unistd.h>

namespace sluice::gateway::stress {

namespace {

void append_headers(std::string& out, std::string_view lines) {
    std::map<std::string, std::string> joined; // RFC 9110 section 5.3
    for (std::string_view name, value; http::next_field(lines, name, value);) {
        auto const [at, is_new] = joined.try_emplace(http::to_lower(name), value);
        if (!is_new) at->second.append(", ").append(value);
    }
    out += '{';
    for (auto const& [name, value] : joined) {
        if (out.back() != '{') out += ',';
        codecs::append_json_string(out, name);
        out += ':';
        codecs::append_json_string(out, value);
    }
    out += '}';
}

void append_body(std::string& out, std::string_view body) {
    if (!codecs::find_invalid_utf8(body)) {
        out += "\"body\":";
        codecs::append_json_string(out, body);
        return;
    }
    out += "\"body_base64\":\"";
    codecs::append_base64(out, body);
    out += '"';
}

recorded_request copy_of(sink_request const& request, arrival at, std::uint64_t sequence,
                         unsigned status) {
    recorded_request copy{sequence,
                          at,
                          std::string(request.method),
                          std::string(request.target),
                          {},
                          std::string(request.body),
                          status};
    auto lines = request.header;
    for (std::string_view name, value; http::next_field(lines, name, value);)
        copy.headers.emplace_back(http::to_lower(name), value);
    return copy;
}

} // namespace

std::string_view recorded_request::header(std::string_view name) const {
    auto const found = std::find_if(headers.begin(), headers.end(),
                                    [name](auto const& field) { return field.first == name; });
    return found == headers.end() ? std::string_view() : found->second;
}

void append_record_line(std::string& out, sink_request const& request, arrival at,
                        std::uint64_t sequence, unsigned status) {
    out += R"({"time":")";
    codecs::append_rfc3339(out, at.wall);
    fmt::format_to(std::back_inserter(out), R"(","monotonic_ns":{},"sequence":{},)",
                   at.monotonic.count(), sequence);
    out += "\"method\":";
    codecs::append_json_string(out, request.method);
    out += ",\"path\":";
    codecs::append_json_string(out, request.target);
    out += ",\"headers\":";
    append_headers(out, request.header);
    out += ',';
    append_body(out, request.body);
    fmt::format_to(std::back_inserter(out), ",\"status\":{}}}\n", status);
}

boost::system::result<std::unique_ptr<sink_recorder>>
sink_recorder::open(std::string const& file, std::size_t kept_requests) {
    int descriptor = -1;
    if (!file.empty()) {
        descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (descriptor < 0)
            return boost::system::error_code(errno, boost::system::system_category());
    }
    return std::unique_ptr<sink_recorder>(new sink_recorder(descriptor, kept_requests));
}

sink_recorder::~sink_recorder() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void sink_recorder::add(sink_request const& request, arrival at, unsigned status) {
    std::lock_guard lock(mutex_);
    ++sequence_;
    if (kept_limit_ > 0) {
        kept_.push_back(copy_of(request, at, sequence_, status));
        if (kept_.size() > kept_limit_) kept_.pop_front();
    }
    if (descriptor_ < 0 || write_error_) return;
    line_.clear();
    append_record_line(line_, request, at, sequence_, status);
    write_line(line_);
}

void sink_recorder::write_line(std::string_view line) {
    while (!line.empty()) {
        auto const written = ::write(descriptor_, line.data(), line.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            write_error_ = {errno, boost::system::system_category()};
            return;
        }
        line.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::vector<recorded_request> sink_recorder::kept() const {
    std::lock_guard lock(mutex_);
    return {kept_.begin(), kept_.end()};
}

void sink_recorder::clear() {
    std::lock_guard lock(mutex_);
    kept_.clear();
}

boost::system::error_code sink_recorder::write_error() const {
    std::lock_guard lock(mutex_);
    return write_error_;
}

} // namespace sluice::gateway::stress
