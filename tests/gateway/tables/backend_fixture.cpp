#include "tests/gateway/tables/backend_fixture.hpp"

#include <algorithm>

namespace sluice::gateway::tables::test {

call_key key_of(std::string_view key, std::string_view request, wall_time now) {
    call_key made;
    made.now = now;
    std::ranges::copy(key.substr(0, made.key.size()), made.key.begin());
    std::ranges::copy(request.substr(0, made.request.size()), made.request.begin());
    return made;
}

void waiting_inbox::deliver(answers&& ready) {
    {
        std::lock_guard const guard(mutex_);
        ready_.insert(ready_.end(), std::make_move_iterator(ready.begin()),
                      std::make_move_iterator(ready.end()));
    }
    wakes_.notify_one();
}

void waiting_inbox::run() {
    while (!run_for(1s)) {
    }
}

bool waiting_inbox::run_for(std::chrono::milliseconds most) {
    answers taken;
    {
        std::unique_lock guard(mutex_);
        wakes_.wait_for(guard, most, [this] { return !ready_.empty(); });
        taken.swap(ready_);
    }
    for (auto const& tell : taken)
        tell();
    return !taken.empty();
}

boost::system::error_code backend_fixture::open() {
    tables.reset();
    auto opened = maker_->open(options, what);
    if (!opened) return opened.error();
    tables = std::move(*opened);
    return {};
}

void backend_fixture::reopen_copy() {
    maker_->kill(std::move(tables));
    if (auto const failed = open()) throw boost::system::system_error(failed, what);
}

result<std::shared_ptr<link const>>
backend_fixture::store(std::string const& url, wall_time now,
                       std::optional<std::chrono::milliseconds> expiry, std::string const& token) {
    new_link asked{make_link_key("163", token, url), "163", url, now, expiry};
    return ask<std::shared_ptr<link const>>(
        [&](auto done) { tables->store_link(std::move(asked), inbox, std::move(done)); });
}

result<std::shared_ptr<user_variables const>>
backend_fixture::update(std::vector<user_change> changes, std::string const& contact,
                        std::size_t max_keys) {
    user_update asked{"163", contact, std::move(changes), max_keys, at(0)};
    return ask<std::shared_ptr<user_variables const>>(
        [&](auto done) { tables->update_user(std::move(asked), inbox, std::move(done)); });
}

std::string backend_fixture::update_once(std::string const& key, std::vector<user_change> changes,
                                         std::string const& request, wall_time now,
                                         std::string const& contact) {
    using kept = std::shared_ptr<user_variables const>;
    user_update asked{"163", contact, std::move(changes), 100, now};
    auto const names = [](result<kept> const& outcome) {
        std::string text;
        if (!*outcome) return text;
        for (auto const& each : **outcome)
            text += each.name;
        return text;
    };
    return ask_once<kept>(
        key_of(key, request, now),
        [&](auto done, auto keyed) {
            tables->update_user(std::move(asked), inbox, std::move(done), std::move(keyed));
        },
        names);
}

result<std::size_t> backend_fixture::erase(std::string const& contact) {
    return ask<std::size_t>(
        [&](auto done) { tables->erase_user("163", contact, inbox, std::move(done)); });
}

result<change_outcome> backend_fixture::set_break(bool on, wall_time when, std::string const& cli,
                                                  break_source source) {
    break_change change{"163", cli, on, when, source};
    return ask<change_outcome>(
        [&](auto done) { tables->set_break(std::move(change), inbox, std::move(done)); });
}

result<change_outcome> backend_fixture::add_agent(std::string const& cli) {
    return ask<change_outcome>(
        [&](auto done) { tables->add_agent("163", cli, at(0), inbox, std::move(done)); });
}

result<change_outcome> backend_fixture::remove_agent(std::string const& cli, wall_time when) {
    return ask<change_outcome>(
        [&](auto done) { tables->remove_agent("163", cli, when, inbox, std::move(done)); });
}

std::string backend_fixture::variables(std::string const& contact) const {
    std::string text;
    auto const kept = tables->user_variables("163", contact);
    if (!kept) return text;
    for (auto const& each : *kept) {
        if (!text.empty()) text += ' ';
        text += each.name + '=' + each.value;
    }
    return text;
}

std::string backend_fixture::breaks(std::string const& cli) const {
    auto const seconds = [](wall_time when) {
        return std::to_string(std::chrono::floor<std::chrono::seconds>(when - at(0)).count());
    };
    std::string text;
    for (auto const& agent : tables->breaks("163", wall_time::min(), wall_time::max(), cli)) {
        for (auto const& each : agent.breaks) {
            if (!text.empty()) text += ' ';
            text += seconds(each.start) + '-' + (each.end ? seconds(*each.end) : "");
        }
    }
    return text;
}

} // namespace sluice::gateway::tables::test
