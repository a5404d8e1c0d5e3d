// `/v1/tasks` and `/v1/dead` of the admin listener, for one task or a page of them: of any account.
// Admin thread; a page walks over the core's tasks in steps.
#pragma once

#include "gateway/admin/context.hpp"
#include "gateway/admin/queries.hpp"

#include <functional>
#include <memory>
#include <string>

namespace sluice::gateway::admin {

// Takes out of a task what came from callers and destinations: who may look without a token is not
// known. Numbers in the reasons are hidden as in the log.
void hide_contents(queue::task_details& task);

class task_calls {
  public:
    // Whose calls it answers. What another gateway sends is answered by what is here, and that
    // gateway says what may be shown.
    enum class callers : bool { operators, gateways };
    explicit task_calls(context& with, callers from = callers::operators)
        : with_(with)
        , from_(from) {}

    // Says why not, or answers in the end, as all the others do.
    call::checked<void> list(let_in const& given, task_list of);
    // With what it was received as and what is sent for it.
    void show(let_in const& given, queue::task_id id);
    void explain(server::exchange& on, queue::task_id id);
    void cancel(server::exchange& on, queue::task_id id, std::string const& by);
    // `by`: as the gateway that has the task is told, which may be another one.
    void replay(server::exchange& on, queue::task_id id, std::string const& by);
    void redrive(server::exchange& on, queue::task_id id, std::string const& by);
    void purge(server::exchange& on, queue::task_id id, std::string const& by);

    static constexpr std::size_t most_searches = 4; // at once

  private:
    // A task as JSON, for whoever asks now.
    void append_shown(std::string& out, server::exchange const& on,
                      queue::task_details&& task) const;
    // A line in the log: somebody sees what callers and destinations wrote.
    void tell_look(std::string_view what, let_in const& given, std::string_view task = {}) const;
    bool shows_contents(server::exchange const& on) const;
    void reply_state(server::exchange& on, queue::task_id id, std::string_view state) const;
    // The answer to an operation on one task.
    using done_answer = std::function<call::checked<void>(boost::system::error_code)>;
    done_answer state_answer(server::exchange& on, queue::task_id id, std::string_view state,
                             std::string by = {}) const;
    // The task is not here.
    call::checked<void> look_elsewhere(server::exchange& on, queue::task_id id,
                                       std::string by = {}) const;
    struct search;
    using search_pointer = std::shared_ptr<search>;
    class replaying;

    void begin(search_pointer const& s);
    void look_up(search_pointer const& s);
    void walk(search_pointer const& s);
    void describe_page(search_pointer const& s);
    void open_all(search_pointer const& s, void (task_calls::*go_on)(search_pointer const&));
    void look_into(search_pointer const& s);
    void take_opened(search_pointer const& s);
    void end_of_queue(search_pointer const& s);
    void look_back(search_pointer const& s);
    void take_history(search_pointer const& s);
    void end(search_pointer const& s);
    void answer(search_pointer const& s);
    void give_up(search_pointer const& s);
    call::checked<void> give_anew(server::exchange& on, queue::task_id old, queue::new_task&& task);

    context& with_;
    callers from_;
    std::size_t searches_ = 0;
};

} // namespace sluice::gateway::admin
