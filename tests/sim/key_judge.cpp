#include "tests/sim/key_judge.hpp"

#include "queue/core/error.hpp"
#include "queue/core/task_keys.hpp"

#include <algorithm>

namespace sluice::tests {

// Every third key is one that is made of the call's content.
void give_key(queue::new_task& to, unsigned key, unsigned body) {
    auto made = std::make_unique<queue::idempotency>();
    bool const is_content = key % 3 == 0;
    made->key = {static_cast<std::uint8_t>(key), static_cast<std::uint8_t>(key >> 8), 7};
    made->body = made->key;
    if (!is_content) made->body[15] = static_cast<std::uint8_t>(body);
    made->answer = to_string(to.id);
    auto& extras = to.extras.made();
    (is_content ? extras.content : extras.idempotency) = std::move(made);
}

void key_judge::submitted(queue::new_task const& task) {
    queue::for_each_key({&task, 1}, [&](queue::idempotency const& key, bool is_content) {
        queue::claim_name const name{key.key, is_content};
        calls_[task.id] = {name, key.body};
        by_key_[name].insert(task.id);
        return true;
    });
}

std::string key_judge::last_answer(queue::task_id id) const {
    auto const found = last_.find(id);
    return found == last_.end() ? std::string() : found->second;
}

void key_judge::told(queue::task_id id, queue::submit_result const& result) {
    auto const found = calls_.find(id);
    if (found == calls_.end()) return;
    auto const& [key, body] = found->second;
    last_[id] = result.ec ? result.ec.message() : "accepted";
    if (!result.ec) {
        settled_.insert(id);
        return check(key);
    }
    if (result.ec == queue::errc::key_conflict) {
        settled_.insert(id);
        bool const has_other = std::ranges::any_of(
            by_key_[key], [&](queue::task_id one) { return calls_[one].body != body; });
        if (!has_other) violate("a conflict with nobody: " + to_string(id));
    }
    if (result.ec != queue::errc::duplicate_key) return;
    settled_.insert(id);
    ++repeats_;
    auto const first = queue::parse_task_id(result.first_answer);
    if (!first || !calls_.contains(*first)) {
        return violate("a repeat is told nonsense: '" + result.first_answer + "'");
    }
    if (calls_[*first].key != key) violate("a repeat is told of another key's task");
    if (calls_[*first].body != body) violate("a repeat is told of another request's task");
    if (!is_excused_ && !db_.state().tasks.contains(*first)) {
        violate("a repeat is told of a task that is nowhere: " + to_string(*first));
    }
    check(key);
}

void key_judge::check(queue::claim_name const& key) {
    if (is_excused_) return;
    std::string text;
    std::size_t count = 0;
    for (auto const& id : by_key_[key]) {
        if (!db_.state().tasks.contains(id)) continue;
        ++count;
        text += " " + to_string(id);
    }
    if (count > 1) violate("one key has become several tasks:" + text);
}

void key_judge::check_all() {
    for (auto const& [key, ids] : by_key_)
        check(key);
}

} // namespace sluice::tests
