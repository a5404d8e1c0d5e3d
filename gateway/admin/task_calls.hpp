// `/v1/tasks` and `/v1/dead` of the admin listener, for one task or a page of them: of any account.
// Admin thread; a page walks over the core's tasks in steps.
#pragma once

#include "gateway/admin/context.hpp"
#include "gateway/admin/queries.hpp"

#include <memory>
#include <string>

namespace sluice::gateway::admin {

// Takes out of a task what came from callers and destinations: who may look without a token is not
// known. Numbers in the reasons are hidden as in the log.
void hide_contents(queue::task_details& task);

class task_calls {
  public:
    explicit task_calls(context& with)
        : with_(with) {}

    // Says why not, or answers in the end, as all the others do.
    call::checked<void> list(server::exchange& on, task_list of);
    void show(server::exchange& on, queue::task_id id);
    void explain(server::exchange& on, queue::task_id id);
    void cancel(server::exchange& on, queue::task_id id, std::string const& by);
    void replay(server::exchange& on, queue::task_id id);
    void redrive(server::exchange& on, queue::task_id id);
    void purge(server::exchange& on, queue::task_id id);

    static constexpr std::size_t most_searches = 4; // at once

  private:
    // A task as JSON, for whoever asks now.
    void append_shown(std::string& out, queue::task_details&& task) const;
    struct search;
    using search_pointer = std::shared_ptr<search>;
    class replaying;

    void walk(search_pointer const& s);
    void describe_page(search_pointer const& s);
    void look_back(search_pointer const& s);
    void take_history(search_pointer const& s);
    void end(search_pointer const& s);
    void give_up(search_pointer const& s);
    call::checked<void> give_anew(server::exchange& on, queue::task_id old, queue::new_task&& task);

    context& with_;
    std::size_t searches_ = 0;
};

} // namespace sluice::gateway::admin
