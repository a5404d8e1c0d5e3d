// The body of a bulk operation.
#include "codecs/json.hpp"
#include "gateway/admin/filter_reader.hpp"
#include "gateway/admin/queries.hpp"

#include <boost/json/serialize.hpp>

#include <set>

namespace sluice::gateway::admin {

namespace {

using queue::task_state;

constexpr queue::state_set waiting_states = queue::state_set()
                                                .with(task_state::scheduled)
                                                .with(task_state::ready)
                                                .with(task_state::retry_wait);
constexpr queue::state_set delivered_state = queue::state_set().with(task_state::delivered);
constexpr queue::state_set finished_states =
    delivered_state.with(task_state::dead).with(task_state::cancelled).with(task_state::expired);

queue::state_set states_allowed(task_list of) {
    return of == task_list::finished ? finished_states : waiting_states;
}

queue::state_set states_unless_said(task_list of) {
    switch (of) {
    case task_list::dead:
        return dead_state;
    case task_list::finished:
        return delivered_state;
    default:
        return waiting_states;
    }
}

void read_ids(boost::json::value const& value, bulk_request& to, problems& wrong) {
    auto const* list = value.if_array();
    if (!list || list->empty() || list->size() > most_ids) {
        wrong.push_back({"/ids", fmt::format("Must be a list of 1 to {} ids.", most_ids)});
        return;
    }
    to.is_named = true;
    std::set<queue::task_id> known;
    for (std::size_t i = 0; i < list->size(); ++i) {
        auto const* text = (*list)[i].if_string();
        auto const id =
            text ? queue::parse_task_id(*text)
                 : boost::system::result<queue::task_id>(
                       boost::system::errc::make_error_code(boost::system::errc::invalid_argument));
        if (id) {
            if (known.insert(*id).second) to.ids.push_back(*id);
        } else {
            wrong.push_back({fmt::format("/ids/{}", i), "Must be the id of a task."});
        }
    }
}

void read_states(boost::json::value const& value, filter_reader& filter, queue::state_set allowed) {
    if (auto const* one = value.if_string()) {
        return for_each_piece(
            *one, [&](std::string_view piece) { filter.take_state(piece, "/state", allowed); });
    }
    auto const* list = value.if_array();
    if (!list) return filter.fail("/state", "Must be a state or a list of states.");
    for (auto const& each : *list) {
        auto const* text = each.if_string();
        filter.take_state(text ? std::string_view(*text) : std::string_view(), "/state", allowed);
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
        if (name == "by") continue; // who asks: actor.hpp
        auto const* text = value.if_string();
        if (text && filter.take(name, *text, pointer)) continue;
        if (text && of == task_list::finished &&
            take_content(to.contents, name, *text, pointer, wrong)) {
            continue;
        }
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
        } else if (name == "dry_run" && value.is_bool()) {
            to.is_dry_run = value.get_bool();
        } else if (name == "state" && of != task_list::dead) {
            read_states(value, filter, states_allowed(of));
        } else {
            filter.fail(std::move(pointer), "There is no such member, or not with this type.");
        }
    }
    filter.finish(states_unless_said(of));
    bool const has_filter = filter.has_any() || !to.contents.is_empty();
    settle_contents(to.filter, to.contents);
    if (wrong.empty() && !to.ids.empty() && to.expected) {
        filter.fail("/expected", "Goes with a filter: ids are counted.");
    }
    if (wrong.empty() && !to.ids.empty() && (has_filter || is_all)) {
        filter.fail("/ids", "Ids and a filter cannot be given together.");
    }
    if (wrong.empty() && to.ids.empty() && !has_filter && !is_all) {
        filter.fail("", "Name the tasks by \"ids\" or by a filter, or say \"all\": true.");
    }
    if (!wrong.empty()) return call::invalid(std::move(wrong));
    return to;
}

} // namespace sluice::gateway::admin
