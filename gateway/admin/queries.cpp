#include "gateway/admin/queries.hpp"

#include "codecs/form.hpp"
#include "gateway/admin/filter_reader.hpp"

#include <charconv>

namespace sluice::gateway::admin {

namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t value = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<page_cursor> parse_cursor(std::string_view text) {
    if (text.size() < 2 || text[1] != '.' || (text[0] != 'q' && text[0] != 'h')) {
        return std::nullopt;
    }
    page_cursor cursor;
    cursor.is_history = text[0] == 'h';
    if (text.size() == 2) return cursor;
    auto const id = queue::parse_task_id(text.substr(2));
    if (!id) return std::nullopt;
    cursor.after = *id;
    return cursor;
}

call::checked<std::vector<codecs::form_field>> decode_query(std::string_view query) {
    auto fields = codecs::decode_form(query);
    if (!fields) return call::undecodable(fields.error());
    return std::move(*fields);
}

} // namespace

std::string to_text(page_cursor const& cursor) {
    std::string text = cursor.is_history ? "h." : "q.";
    if (!cursor.after.is_nil()) text += queue::task_id_text(cursor.after).view();
    return text;
}

call::checked<page_request> read_page_request(std::string_view query, task_list of) {
    auto const fields = decode_query(query);
    if (!fields) return fields.error();
    page_request page;
    problems wrong;
    filter_reader filter(page.filter, wrong);
    page.filter.is_by_end = of == task_list::dead;
    for (auto const& [name, value] : *fields) {
        if (filter.take(name, value, name)) continue;
        if (take_content(page.contents, name, value, name, wrong)) continue;
        if (name == "state" && of == task_list::all) {
            for_each_piece(value, [&filter](std::string_view piece) {
                filter.take_state(piece, "state", queue::state_set::all());
            });
        } else if (name == "limit") {
            auto const limit = parse_number(value);
            if (!limit || *limit == 0 || *limit > most_on_a_page) {
                filter.fail(name, fmt::format("Must be a number from 1 to {}.", most_on_a_page));
            } else {
                page.limit = static_cast<std::size_t>(*limit);
            }
        } else if (name == "cursor") {
            auto const cursor = parse_cursor(value);
            if (!cursor) filter.fail(name, "Must be what `next` said.");
            if (cursor) page.cursor = *cursor;
        } else {
            filter.fail(name, "There is no such parameter here.");
        }
    }
    filter.finish(of == task_list::dead ? dead_state : queue::state_set::all());
    if (auto const id = queue::parse_task_id(page.contents.webhook_id)) page.only = *id;
    settle_contents(page.filter, page.contents);
    if (!wrong.empty()) return call::invalid(std::move(wrong));
    return page;
}

call::checked<event_request> read_event_request(std::string_view query) {
    auto const fields = decode_query(query);
    if (!fields) return fields.error();
    event_request to;
    event_set kinds;
    problems wrong;
    for (auto const& [name, value] : *fields) {
        if (name == "destination") {
            to.destination = value;
        } else if (name == "recent") {
            auto const recent = parse_number(value);
            if (recent && *recent <= most_recent_events) {
                to.recent = static_cast<std::size_t>(*recent);
            } else {
                wrong.push_back(
                    {"recent", fmt::format("Must be a number from 0 to {}.", most_recent_events)});
            }
        } else if (name == "types") {
            for_each_piece(value, [&](std::string_view piece) {
                auto const kind = parse_event_kind(piece);
                if (kind) kinds = kinds.with(*kind);
                if (!kind) {
                    wrong.push_back({"types", fmt::format("There are no events {}.",
                                                          codecs::quoted_excerpt(piece))});
                }
            });
        } else {
            wrong.push_back({name, "There is no such parameter here."});
        }
    }
    if (!kinds.is_empty()) to.kinds = kinds;
    if (!wrong.empty()) return call::invalid(std::move(wrong));
    return to;
}

} // namespace sluice::gateway::admin
