#include "gateway/endpoints/batch_body.hpp"

#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"

#include <fmt/format.h>

#include <iterator>

namespace sluice::gateway::endpoints {

namespace {

call::checked<std::vector<batch_item>> too_many(std::size_t most) {
    return call::refusal{.status = 413,
                         .detail = fmt::format("A batch has at most {} tasks.", most)};
}

call::checked<std::vector<batch_item>> read_lines(std::string_view body, std::size_t most) {
    std::vector<batch_item> items;
    for (std::size_t number = 1; !body.empty(); ++number) {
        auto const end = body.find('\n');
        auto const line = codecs::json_trim(body.substr(0, end));
        body = end == body.npos ? std::string_view() : body.substr(end + 1);
        if (line.empty()) continue;
        if (items.size() == most) return too_many(most);
        batch_item item{line, fmt::format("/{}", items.size()), {}};
        if (auto valid = codecs::check_json(line); !valid) {
            auto wrong = valid.error();
            wrong.where.line = number; // of the body: the check saw this line alone
            item.error = call::undecodable(wrong);
        }
        items.push_back(std::move(item));
    }
    if (items.empty()) return call::invalid("", "The batch has no tasks.");
    return items;
}

// Whether a body that is no JSON document begins with a line that is one.
bool looks_like_lines(std::string_view body) {
    auto const end = body.find('\n');
    if (end == body.npos || codecs::json_trim(body.substr(end)).empty()) return false;
    return codecs::check_json(body.substr(0, end)).has_value();
}

call::checked<std::vector<batch_item>> read_array(std::string_view body, std::size_t most) {
    if (auto valid = codecs::check_json(body); !valid) {
        if (!looks_like_lines(body)) return call::undecodable(valid.error());
        return call::refusal{.status = 400,
                             .detail = "The body is one JSON value a line: its Content-Type is "
                                       "application/x-ndjson."};
    }
    auto const tasks = codecs::json_member_value(codecs::json_trim(body), "tasks");
    if (!tasks || codecs::json_kind_of(*tasks) != codecs::json_kind::array) {
        return call::invalid("/tasks", "The body must be {\"tasks\":[…]} or one task a line.");
    }
    auto const elements = codecs::json_elements(*tasks);
    if (elements.empty()) return call::invalid("/tasks", "The batch has no tasks.");
    if (elements.size() > most) return too_many(most);
    std::vector<batch_item> items;
    for (auto const element : elements) {
        items.push_back({element, fmt::format("/tasks/{}", items.size()), {}});
    }
    return items;
}

} // namespace

call::checked<std::vector<batch_item>> read_batch(server::request const& req, std::size_t most) {
    auto const text = req.header("Content-Type");
    if (text.empty()) return read_array(req.body, most);
    auto const type = codecs::parse_media_type(text);
    if (!type) return call::undecodable(type.error());
    auto const& subtype = type->subtype;
    if (subtype == "x-ndjson" || subtype == "ndjson" || subtype == "jsonl") {
        return read_lines(req.body, most);
    }
    if (type->kind == codecs::media_kind::json) return read_array(req.body, most);
    return call::refusal{.status = 415,
                         .detail = "The body must be application/json or application/x-ndjson."};
}

void batch_results::begin() {
    fmt::format_to(std::back_inserter(out_), "{}{{\"index\":{}", index_ == 0 ? "" : ",", index_);
    ++index_;
}

void batch_results::add_accepted(queue::task_id const& id, bool is_group,
                                 std::span<queue::new_task const> tasks) {
    begin();
    fmt::format_to(std::back_inserter(out_), ",\"id\":\"{}\"", queue::task_id_text(id).view());
    std::string_view before = ",\"ids\":[";
    for (auto const& task : is_group ? tasks : tasks.first(0)) {
        fmt::format_to(std::back_inserter(out_), "{}\"{}\"", before,
                       queue::task_id_text(task.id).view());
        before = ",";
    }
    out_ += is_group ? "]}" : "}";
}

std::string batch_results::add_refused(call::refusal const& why) {
    begin();
    auto const begins_at = out_.size();
    fmt::format_to(std::back_inserter(out_), ",\"status\":{},\"errors\":[", why.status);
    auto const append = [&](std::string_view pointer, std::string_view detail) {
        if (out_.back() != '[') out_ += ',';
        out_ += "{\"pointer\":";
        codecs::append_json_string(out_, pointer);
        out_ += ",\"detail\":";
        codecs::append_json_string(out_, detail);
        out_ += '}';
    };
    for (auto const& error : why.errors)
        append(error.pointer, error.detail);
    if (why.errors.empty()) append("", why.detail);
    out_ += "]}";
    return out_.substr(begins_at);
}

std::string batch_results::text() && {
    out_ += "]}";
    return std::move(out_);
}

} // namespace sluice::gateway::endpoints
