// Pages and groups of tasks.
#include "codecs/json_scan.hpp"
#include "codecs/json_string.hpp"
#include "gateway/cluster/join_answers.hpp"

#include <algorithm>
#include <optional>

namespace sluice::gateway::cluster {

namespace {

std::string_view raw_of(std::string_view object, std::string_view name) {
    return codecs::json_member_value(object, name).value_or(std::string_view("null"));
}

std::string text_of(std::string_view object, std::string_view name) {
    return codecs::json_text(raw_of(object, name));
}

// A task's place on a page: those that queues hold, the newest first, and behind them those of the
// histories, the newest to finish first.
struct page_place {
    bool is_history = false;
    std::string key; // the greater comes first

    explicit page_place(std::string_view task) {
        auto const state = text_of(task, "state");
        is_history = state == "delivered" || state == "cancelled" || state == "expired";
        key = text_of(task, is_history ? "finished_at" : "id");
    }
    bool is_before(page_place const& other) const {
        if (is_history != other.is_history) return !is_history;
        return key > other.key;
    }
};

// What one gateway gave for the page, and how much of it was taken.
struct page_part {
    explicit page_part(answer_part const& from)
        : log(from.log)
        , tasks(codecs::json_elements(raw_of(from.json, "tasks")))
        , next(raw_of(from.json, "next") == "null" ? std::string() : text_of(from.json, "next")) {
        look();
    }

    bool has_more() const { return taken < tasks.size(); }
    void take() {
        ++taken;
        look();
    }
    // Where this gateway's next page begins when this one began at `before`; nothing: it has no
    // more.
    std::optional<std::string> place(std::string_view before) const {
        if (!has_more()) return next.empty() ? std::nullopt : std::optional(next);
        if (taken == 0) return std::string(before);
        auto const last = tasks[taken - 1];
        return (page_place(last).is_history ? "h." : "q.") + text_of(last, "id");
    }

    std::uint32_t log;
    std::vector<std::string_view> tasks;
    std::string next;
    std::size_t taken = 0;
    std::optional<page_place> head; // of the first that is not taken

  private:
    void look() {
        head.reset();
        if (has_more()) head.emplace(tasks[taken]);
    }
};

page_part* first_of(std::vector<page_part>& parts) {
    page_part* first = nullptr;
    for (auto& part : parts) {
        if (part.head && (!first || part.head->is_before(*first->head))) first = &part;
    }
    return first;
}

// The sum; null where somebody does not know.
std::string total_of(answer_parts const& parts) {
    std::uint64_t sum = 0;
    for (auto const& part : parts) {
        auto const number = codecs::json_member_number(part.json, "total");
        if (!number) return "null";
        sum += *number;
    }
    return std::to_string(sum);
}

// Of a search in what tasks carry: how many were looked at, and the latest moment behind which
// somebody has not looked yet.
void append_reach(std::string& out, answer_parts const& parts) {
    std::uint64_t looked = 0;
    std::string_view stopped = "null";
    bool is_search = false;
    for (auto const& part : parts) {
        auto const number = codecs::json_member_number(part.json, "looked");
        if (!number) continue;
        is_search = true;
        looked += *number;
        auto const at = raw_of(part.json, "stopped_at");
        if (at != "null" && (stopped == "null" || at > stopped)) stopped = at; // of one format
    }
    if (!is_search) return;
    out.append(",\"looked\":").append(std::to_string(looked));
    out.append(",\"stopped_at\":").append(stopped);
}

// The member of `group` that this task is: 1 for the first; 0 for the group's own id.
unsigned number_in(queue::task_id const& group, std::string_view task) {
    auto const id = queue::parse_task_id(text_of(task, "id"));
    if (!id) return 0;
    auto const high = static_cast<unsigned>(id->bytes[14] ^ group.bytes[14]);
    return high << 8 | static_cast<unsigned>(id->bytes[15] ^ group.bytes[15]);
}

} // namespace

joint_answer join_pages(joint_question const& what, answer_parts const& given,
                        std::vector<std::string> const& missing) {
    std::vector<page_part> parts(given.begin(), given.end());
    joint_answer answer;
    auto& body = answer.body;
    body = "{\"tasks\":[";
    for (std::size_t count = 0; count < what.limit; ++count) {
        auto* const part = first_of(parts);
        if (!part) break;
        if (count > 0) body += ',';
        body += part->tasks[part->taken];
        part->take();
    }
    // The number of all is known where nobody's page began later.
    body += "],\"total\":";
    body += what.from.is_at_beginning() ? total_of(given) : "null";
    append_reach(body, given);
    append_last_look(body, given);
    joint_cursor next;
    next.begin_anew();
    for (auto const& part : parts) {
        if (auto place = part.place(what.from.of(part.log))) next.set(part.log, std::move(*place));
    }
    body += ",\"next\":";
    if (next.is_at_end()) {
        body += "null";
    } else {
        codecs::append_json_string(body, next.text());
    }
    append_missing(body, missing);
    body += '}';
    return answer;
}

joint_answer join_groups(joint_question const& what, answer_parts const& parts,
                         std::vector<std::string> const& missing) {
    std::vector<std::string_view> tasks;
    for (auto const& part : parts) {
        auto const some = codecs::json_elements(raw_of(part.json, "tasks"));
        tasks.insert(tasks.end(), some.begin(), some.end());
    }
    auto const number = [&what](std::string_view task) { return number_in(what.id, task); };
    std::ranges::stable_sort(tasks, {}, number);
    // Where one is being taken over two gateways may know it.
    auto const repeated = std::ranges::unique(tasks, {}, number);
    tasks.erase(repeated.begin(), repeated.end());
    joint_answer answer;
    answer.body = "{\"tasks\":[";
    for (auto const task : tasks) {
        if (answer.body.back() != '[') answer.body += ',';
        answer.body += task;
    }
    answer.body += ']';
    append_missing(answer.body, missing);
    answer.body += '}';
    return answer;
}

} // namespace sluice::gateway::cluster
