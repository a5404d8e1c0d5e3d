// Searching tasks: by what the gateway knows of them, and by what a customer quotes.
"use strict";

const taskLooks = { delivered: "good", dead: "bad", expired: "bad", retry_wait: "warn" };
function taskPill(state) { return pill(words(state), taskLooks[state]); }

function taskLink(id) {
  return element("a", { class: "id", href: `#/task/${id}` }, id);
}

function momentOf(task) {
  if (task.finished_at) return `ended ${when(task.finished_at)}`;
  if (task.next_attempt_at) {
    return `${isPast(task.next_attempt_at) ? "due since" : "next"} ${when(task.next_attempt_at)}`;
  }
  return `accepted ${when(task.accepted_at)}`;
}

function taskRow(task) {
  return element("tr", {}, element("td", {}, taskLink(task.id)), element("td", {}, taskPill(task.state)),
    element("td", {}, task.destination), element("td", {}, task.account),
    element("td", { class: "n" }, count(task.attempts.length)), element("td", {}, momentOf(task)),
    element("td", { class: "wide" }, task.dead_reason || ""));
}

// A table that is filled page by page. `of`: {name, path, form, row, columns, nothing}.
class pages {
  constructor(of) {
    Object.assign(this, of);
    this.turns = new turns();
    this.form.addEventListener("submit", acting(() => this.search()));
    $(`${this.name}-more`).addEventListener("click", acting(() => this.load(this.next)));
  }

  // More pages, and what is done to all of them, go by what was searched for: the form may say
  // something else by then.
  async search() {
    this.query = queryOf(this.form);
    this.at = this.total = null;
    this.looked = 0;
    $(this.name).replaceChildren(emptyRow(this.columns, "Looking …"));
    const isLast = this.turns.take();
    try {
      await this.load(null, isLast);
    } catch (error) {
      if (!isLast()) return;
      $(this.name).replaceChildren(emptyRow(this.columns, error.message));
      $(`${this.name}-total`).textContent = "";
      $(`${this.name}-more`).hidden = true;
      throw error;
    }
  }

  async load(cursor, isLast = this.turns.take()) {
    const query = new URLSearchParams(this.query);
    query.set("limit", 50);
    if (cursor) query.set("cursor", cursor);
    const page = await call("GET", `${this.path}?${query}`);
    if (!isLast()) return;
    if (!cursor) $(this.name).replaceChildren();
    $(this.name).querySelector(".empty")?.closest("tr").remove();
    $(this.name).append(...page.tasks.map(this.row));
    if (!$(this.name).children.length) $(this.name).append(emptyRow(this.columns, this.nothing(page)));
    this.finish(page);
  }

  finish(page) {
    this.next = page.next;
    this.at ||= page.at;
    if (page.total != null) this.total = page.total;
    this.looked += page.looked || 0;
    const more = $(`${this.name}-more`);
    more.hidden = !page.next;
    more.textContent = page.stopped_at ? "Look further back" : "More";
    const shown = $(this.name).querySelectorAll(".id").length;
    const parts = [`${count(shown)} shown`];
    if (this.total != null) parts.push(`${count(this.total)} in the queue`);
    if (this.looked) parts.push(`${count(this.looked)} tasks opened`);
    if (page.stopped_at) parts.push(`the search stopped at ${when(page.stopped_at)}`);
    if (page.missing) parts.push(`without ${page.missing.join(", ")}`);
    $(`${this.name}-total`).textContent = parts.join(", ");
  }
}

// An id that was pasted opens its task at once.
const taskId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

views.tasks = {
  show(rest) {
    this.pages ||= new pages({
      name: "tasks", path: "v1/tasks", form: $("task-search"), row: taskRow, columns: 7,
      nothing: (page) => page.stopped_at ? "None among those that were looked at so far."
        : "No task is like that.",
    });
    const asked = new URLSearchParams(rest);
    fillForm($("task-search"), asked);
    if ([...asked].length || !this.pages.query) return this.pages.search();
    return null;
  },
};

$("open-task").addEventListener("submit", (event) => {
  event.preventDefault();
  const id = $("open-id").value.trim();
  if (taskId.test(id)) {
    location.hash = `#/task/${id}`;
  } else if (id) {
    location.hash = `#/tasks?webhook_id=${segment(id)}`;
  }
});
