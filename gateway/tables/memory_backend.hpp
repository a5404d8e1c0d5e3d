// The half of every backend that reads: all tables in memory, where calls are answered from on any
// thread. What changes them is the other half, which derives from this: one thread of its own that
// decides and keeps, and after that changes the maps.
#pragma once

#include "gateway/tables/agent_map.hpp"
#include "gateway/tables/answer_map.hpp"
#include "gateway/tables/link_map.hpp"
#include "gateway/tables/tables.hpp"
#include "gateway/tables/user_map.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace sluice::gateway::tables {

class memory_backend : public backend {
  public:
    result<answer_ptr> find_answer(call_key const& call) const override;
    bool has_answer(call_key const& call) const override;

    std::shared_ptr<link const> find_link(link_code code) const override;
    std::shared_ptr<link const> find_link(link_key const& key) const override;
    void look_up_link(link_code code, inbox& to, teller<std::shared_ptr<link const>> done) override;
    void count_click(link_code code, day_number day) override;
    link_clicks clicks_of(link_code code) const override;
    std::vector<std::shared_ptr<link const>> newest_links(std::string_view account,
                                                          std::size_t most) const override;

    std::shared_ptr<tables::user_variables const>
    user_variables(std::string_view account, std::string_view contact) const override;
    std::vector<std::string> contacts(std::string_view account, std::size_t most) const override;

    void configure_agents(std::vector<account_agents> const& all) override;
    std::vector<agent_state> agents(std::string_view account) const override;
    std::optional<agent_state> find_agent(std::string_view account,
                                          std::string_view cli) const override;
    std::vector<agent_breaks> breaks(std::string_view account, wall_time from, wall_time to,
                                     std::optional<std::string_view> cli) const override;
    wall_time next_planned() const override { return next_planned_.load(); }

    void limit(table_limits const& to) override;

  protected:
    memory_backend() { memory_backend::limit({}); }

    table_counts sizes() const;
    // What happened to breaks, in this order.
    void publish(break_changes const& made);

    link_map link_memory_;
    user_map user_memory_;
    agent_map agent_memory_;
    answer_map answer_memory_;
    std::atomic<std::uint64_t> max_links_;
    std::atomic<std::uint64_t> max_users_;
    std::atomic<std::uint64_t> max_agents_;
    std::atomic<wall_time> next_planned_{queue::never};
};

} // namespace sluice::gateway::tables
