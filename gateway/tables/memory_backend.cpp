#include "gateway/tables/memory_backend.hpp"

namespace sluice::gateway::tables {

result<answer_ptr> memory_backend::find_answer(call_key const& call) const {
    return answer_memory_.find(call);
}

bool memory_backend::has_answer(call_key const& call) const {
    return answer_memory_.has(call);
}

std::shared_ptr<link const> memory_backend::find_link(link_code code) const {
    return link_memory_.find(code);
}

std::shared_ptr<link const> memory_backend::find_link(link_key const& key) const {
    return link_memory_.find(key);
}

void memory_backend::look_up_link(link_code code, inbox&,
                                  teller<std::shared_ptr<link const>> done) {
    done(find_link(code));
}

void memory_backend::count_click(link_code code, day_number day) {
    link_memory_.count_click(code, day);
}

link_clicks memory_backend::clicks_of(link_code code) const {
    return link_memory_.clicks_of(code);
}

std::vector<std::shared_ptr<link const>> memory_backend::newest_links(std::string_view account,
                                                                      std::size_t most) const {
    return link_memory_.newest_of(account, most);
}

std::vector<std::string> memory_backend::contacts(std::string_view account,
                                                  std::size_t most) const {
    return user_memory_.contacts_of(account, most);
}

std::shared_ptr<user_variables const>
memory_backend::user_variables(std::string_view account, std::string_view contact) const {
    return user_memory_.find(account, contact);
}

void memory_backend::configure_agents(std::vector<account_agents> const& all) {
    agent_memory_.configure(all);
}

std::vector<agent_state> memory_backend::agents(std::string_view account) const {
    return agent_memory_.agents(account);
}

std::optional<agent_state> memory_backend::find_agent(std::string_view account,
                                                      std::string_view cli) const {
    return agent_memory_.find(account, cli);
}

std::vector<agent_breaks> memory_backend::breaks(std::string_view account, wall_time from,
                                                 wall_time to,
                                                 std::optional<std::string_view> cli) const {
    return agent_memory_.breaks(account, from, to, cli);
}

void memory_backend::limit(table_limits const& to) {
    max_links_.store(to.links);
    max_users_.store(to.users);
    max_agents_.store(to.agents);
    answer_memory_.limit(to.answers);
}

table_counts memory_backend::sizes() const {
    table_counts now;
    now.links = link_memory_.size();
    now.users = user_memory_.size();
    now.agents = agent_memory_.size();
    return now;
}

void memory_backend::publish(break_changes const& made) {
    for (auto const& change : made) {
        if (change.on_break) {
            agent_break const begun{change.at, std::nullopt, change.source};
            agent_memory_.begin_break(change.account, change.cli, begun);
        } else {
            agent_memory_.end_break(change.account, change.cli, change.at);
        }
    }
}

} // namespace sluice::gateway::tables
