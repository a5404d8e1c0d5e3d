#include "gateway/admin/queries.hpp"

#include "codecs/form.hpp"
#include "codecs/json.hpp"
#include "gateway/call/times.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <array>
#include <charconv>

namespace sluice::gateway::admin {

namespace {

using call::checked;
using call::refusal;
using queue::task_state;
using problems = std::vector<codecs::problem_error>;

constexpr std::array states{task_state::scheduled,  task_state::ready,     task_state::in_flight,
                            task_state::retry_wait, task_state::delivered, task_state::dead,
                            task_state::cancelled,  task_state::expired};

constexpr queue::state_set waiting_states = queue::state_set()
                                                .with(task_state::scheduled)
                                                .with(task_state::ready)
                                                .with(task_state::retry_wait);
constexpr queue::state_set dead_state = queue::state_set().with(task_state::dead);

std::optional<task_state> parse_state(std::string_view text) {
    for (auto const each : states) {
        if (to_string(each) == text) return each;
    }
    return std::nullopt;
}

// Calls `take` for each piece between commas that is not empty.
template <class Take>
void for_each_piece(std::string_view list, Take take) {
    while (!list.empty()) {
        auto const end = list.find(',');
        auto const piece = list.substr(0, end);
        list = end == list.npos ? std::string_view() : list.substr(end + 1);
        if (!piece.empty()) take(piece);
    }
}

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

// Reads what queries and bodies have in common. Errors go to `wrong`.
class filter_reader {
  public:
    filter_reader(queue::task_filter& to, problems& wrong)
        : to_(to)
        , wrong_(wrong) {}

    void fail(std::string pointer, std::string detail) {
        wrong_.push_back({std::move(pointer), std::move(detail)});
    }
    // False: there is no such criterion.
    bool take(std::string_view name, std::string_view value, std::string const& pointer) {
        if (name == "destination") {
            to_.destination = value;
        } else if (name == "account") {
            to_.account = value;
        } else if (name == "reason") {
            to_.reason = value;
        } else if (name == "from") {
            to_.from = take_time(value, pointer);
        } else if (name == "to") {
            to_.until = take_time(value, pointer);
        } else {
            return false;
        }
        has_any_ |= !value.empty();
        return true;
    }
    // Narrows a filter, and is none: "before" alone does not say which tasks are meant.
    void take_before(std::string_view value, std::string const& pointer) {
        before_ = take_time(value, pointer);
    }
    void take_state(std::string_view text, std::string const& pointer, queue::state_set allowed) {
        auto const state = parse_state(text);
        if (!state || !allowed.has(*state)) {
            return fail(pointer, fmt::format("{} is no state that can be asked for here.",
                                             codecs::quoted_excerpt(text)));
        }
        states_ = states_.with(*state);
        has_any_ = true;
    }
    void finish(queue::state_set unless_said) {
        to_.states = states_.is_empty() ? unless_said : states_;
        if (to_.from && to_.until && *to_.from >= *to_.until) {
            fail("to", "The end must be later than the beginning.");
        }
        if (before_) to_.until = to_.until ? std::min(*to_.until, *before_) : before_;
    }
    bool has_any() const { return has_any_; }

  private:
    std::optional<queue::wall_time> take_time(std::string_view value, std::string const& pointer) {
        auto const at = call::parse_instant(value);
        if (!at) {
            fail(pointer, "Must be an instant: RFC 3339 with an offset, or integer Unix "
                          "milliseconds.");
        }
        return at;
    }

    queue::task_filter& to_;
    problems& wrong_;
    queue::state_set states_;
    std::optional<queue::wall_time> before_;
    bool has_any_ = false;
};

call::checked<std::vector<codecs::form_field>> decode_query(std::string_view query) {
    auto fields = codecs::decode_form(query);
    if (!fields) return call::undecodable(fields.error());
    return std::move(*fields);
}

// --- the body of a bulk operation ----------------------------------------------------------------

void read_ids(boost::json::value const& value, bulk_request& to, problems& wrong) {
    auto const* list = value.if_array();
    if (!list || list->empty() || list->size() > most_ids) {
        wrong.push_back({"/ids", fmt::format("Must be a list of 1 to {} ids.", most_ids)});
        return;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        auto const* text = (*list)[i].if_string();
        auto const id =
            text ? queue::parse_task_id(*text)
                 : boost::system::result<queue::task_id>(
                       boost::system::errc::make_error_code(boost::system::errc::invalid_argument));
        if (id) {
            to.ids.push_back(*id);
        } else {
            wrong.push_back({fmt::format("/ids/{}", i), "Must be the id of a task."});
        }
    }
}

void read_states(boost::json::value const& value, filter_reader& filter) {
    if (auto const* one = value.if_string()) {
        return for_each_piece(*one, [&](std::string_view piece) {
            filter.take_state(piece, "/state", waiting_states);
        });
    }
    auto const* list = value.if_array();
    if (!list) return filter.fail("/state", "Must be a state or a list of states.");
    for (auto const& each : *list) {
        auto const* text = each.if_string();
        filter.take_state(text ? std::string_view(*text) : std::string_view(), "/state",
                          waiting_states);
    }
}

void read_rate(boost::json::value const& value, bulk_request& to, problems& wrong) {
    boost::system::error_code ec;
    auto const rate = value.to_number<std::uint64_t>(ec);
    if (ec || rate == 0 || rate > highest_rate) {
        wrong.push_back(
            {"/rate", fmt::format("Must be a whole number from 1 to {}.", highest_rate)});
        return;
    }
    to.rate = rate;
}

void read_expected(boost::json::value const& value, bulk_request& to, problems& wrong) {
    boost::system::error_code ec;
    auto const number = value.to_number<std::uint64_t>(ec);
    if (ec) {
        wrong.push_back({"/expected", "Must be a whole number, 0 or more."});
        return;
    }
    to.expected = number;
}

call::checked<boost::json::value> read_json_object(server::request const& req) {
    auto const kind = codecs::body_kind(req.header("Content-Type"));
    if (!kind) return call::undecodable(kind.error());
    if (*kind != codecs::media_kind::json && *kind != codecs::media_kind::none) {
        return call::refusal{.status = 415, .detail = "The body must be application/json."};
    }
    auto parsed = codecs::parse_json(req.body);
    if (!parsed) return call::undecodable(parsed.error());
    if (!parsed->is_object()) return call::invalid("", "Must be a JSON object.");
    return std::move(*parsed);
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
    if (!wrong.empty()) return call::invalid(std::move(wrong));
    return page;
}

call::checked<bulk_request> read_bulk_request(server::request const& req, task_list of) {
    auto const body = read_json_object(req);
    if (!body) return body.error();
    bulk_request to;
    problems wrong;
    filter_reader filter(to.filter, wrong);
    to.filter.is_by_end = of == task_list::dead;
    bool is_all = false;
    for (auto const& [name, value] : body->get_object()) {
        std::string pointer = "/" + std::string(name);
        auto const* text = value.if_string();
        if (text && filter.take(name, *text, pointer)) continue;
        // An instant may be a number; whether it can be one, its text says.
        bool const is_time = name == "from" || name == "to";
        if (is_time && value.is_number()) {
            filter.take(name, boost::json::serialize(value), pointer);
            continue;
        }
        if (name == "before" && (text || value.is_number())) {
            filter.take_before(text ? std::string(*text) : boost::json::serialize(value), pointer);
            continue;
        }
        if (name == "expected") {
            read_expected(value, to, wrong);
        } else if (name == "ids") {
            read_ids(value, to, wrong);
        } else if (name == "all" && value.is_bool()) {
            is_all = value.get_bool();
        } else if (name == "rate") {
            read_rate(value, to, wrong);
        } else if (name == "state" && of == task_list::all) {
            read_states(value, filter);
        } else {
            filter.fail(std::move(pointer), "There is no such member, or not with this type.");
        }
    }
    filter.finish(of == task_list::dead ? dead_state : waiting_states);
    if (wrong.empty() && !to.ids.empty() && to.expected) {
        filter.fail("/expected", "Goes with a filter: ids are counted.");
    }
    if (wrong.empty() && !to.ids.empty() && (filter.has_any() || is_all)) {
        filter.fail("/ids", "Ids and a filter cannot be given together.");
    }
    if (wrong.empty() && to.ids.empty() && !filter.has_any() && !is_all) {
        filter.fail("", "Name the tasks by \"ids\" or by a filter, or say \"all\": true.");
    }
    if (!wrong.empty()) return call::invalid(std::move(wrong));
    return to;
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
