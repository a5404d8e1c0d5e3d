// Searching tasks: by what the gateway knows of them, and by what a customer quotes.
"use strict";

const taskLooks = { delivered: "good", dead: "bad", expired: "bad", retry_wait: "warn" };
function taskPill(state) { return pill(words(state), taskLooks[state]); }

function taskLink(id) {
  return element("a", { class: "id", href: `#/task/${id}` }, id);
}

// " by anna", where it was not somebody but something: ": answered 410".
function byWords(kind, by) {
  const isSomething = kind === "disabled" || kind === "breaker_open";
  return by ? `${isSomething ? ": " : " by "}${by}` : "";
}

// What keeps a task from going, beside its time; of several what nobody knows the end of.
function gateWords(task) {
  const held = task.held || [];
  const endless = held.filter((each) => !each.until);
  return (endless.length ? endless : held).map(({ kind, until, by }) => {
    if (until) return `${words(kind)} until ${when(until)}`;
    if (kind === "order_key") return "behind an earlier task with its order key";
    return words(kind) + byWords(kind, by);
  }).join(", ");
}

// Why it is dead, who cancelled it, or how the last attempt failed where another follows.
function reasonOf(task) {
  if (task.dead_reason) return task.dead_reason;
  if (task.cancelled_by) return `by ${task.cancelled_by}`;
  const last = task.attempts.at(-1);
  if (!last || task.finished_at) return "";
  return last.error || last.detail || `answered ${last.status}`;
}

// Those before a redrive too.
function attemptsOf(task) { return task.attempts.at(-1)?.n || 0; }

function momentOf(task) {
  const gates = gateWords(task);
  if (gates) return element("span", { class: "warn-text" }, gates);
  if (task.finished_at) return `ended ${when(task.finished_at)}`;
  if (task.next_attempt_at) {
    return `${isPast(task.next_attempt_at) ? "due since" : "next"} ${when(task.next_attempt_at)}`;
  }
  return `accepted ${when(task.accepted_at)}`;
}

function taskRow(task) {
  return element("tr", {}, element("td", {}, taskLink(task.id)), element("td", {}, taskPill(task.state)),
    element("td", {}, task.destination), element("td", { class: "named" }, task.account),
    element("td", { class: "n" }, count(attemptsOf(task))), element("td", {}, momentOf(task)),
    element("td", { class: "wide" }, reasonOf(task)));
}

// A table that is filled page by page. `of`: {name, path, form, row, columns, nothing, counted};
// `counted` says how many are shown of how many, where that is known.
class pages {
  constructor(of) {
    Object.assign(this, of);
    this.turns = new turns();
    this.form.addEventListener("submit", acting(() => this.search()));
    $(`${this.name}-more`).addEventListener("click", acting(() => this.load(this.next)));
  }

  // More pages, and what is done to all of them, go by what was searched for: the form may say
  // something else by then.
  async search({ isAgain = false } = {}) {
    if (!isAgain) this.query = queryOf(this.form);
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
    const parts = [this.counted(count(shown), this.total)];
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
      counted: (shown, total) => total == null ? `${shown} shown`
        : `${shown} shown; ${count(total)} that match are in the queue, those that have ended are not counted`,
    });
    const asked = new URLSearchParams(rest);
    fillForm($("task-search"), asked);
    if ([...asked].length || !this.pages.query) return this.pages.search();
    return null;
  },
};

function filterWords(query) {
  return [...query].map(([name, value]) => `${words(name)} ${value}`).join(", ");
}

// --- to all that were found ----------------------------------------------------------------------

const foundActs = {
  cancel: {
    title: (n) => `Cancel ${tasksOf(n)}?`, done: (n) => `Cancel ${count(n)}`, isDanger: true,
    text: "Those that wait: scheduled, ready or retrying. What is in flight or has ended stays as it is.",
    none: "None of these waits: only what waits can be cancelled.",
  },
  replay: {
    title: (n) => `Send ${tasksOf(n)} anew?`, done: (n) => `Send ${count(n)} anew`, isDanger: false,
    text: "Each becomes a new task with the same message, due now; the old ones stay as they are. " +
      "Where no state was asked for, those that were delivered.",
    none: "None of these has ended: only what has ended can be sent anew.",
  },
};

// Goes by what was searched for, to those that were there then; the gateway counts them first.
async function doToFound(verb) {
  const { query, at } = views.tasks.pages;
  const act = foundActs[verb];
  const body = { ...Object.fromEntries(query), ...(at ? { before: at } : {}) };
  if (![...query].length) body.all = true;
  const { matched } = await call("POST", `v1/tasks:${verb}`, { ...body, dry_run: true });
  if (!matched) return notice(act.none);
  const answer = await confirming({
    title: act.title(matched), verb: act.done(matched), isDanger: act.isDanger,
    text: `${filterWords(query) || "All of them"}. ${act.text}`,
    fields: [{ name: "rate", label: "At most so many a second (empty: as fast as it goes)",
      type: "number", min: 1, placeholder: "no limit" }],
  });
  if (!answer) return undefined;
  if (Number(answer.rate) > 0) body.rate = Number(answer.rate);
  const job = await call("POST", `v1/tasks:${verb}`, { ...body, expected: matched });
  notice(jobSaid(job), true);
  return views.tasks.pages.search({ isAgain: true });
}
for (const verb of ["replay", "cancel"])
  $(`${verb}-found`).addEventListener("click", acting(() => doToFound(verb)));

$("open-task").addEventListener("submit", (event) => {
  event.preventDefault();
  const id = $("open-id").value.trim();
  if (taskId.test(id)) {
    location.hash = `#/task/${id}`;
  } else if (id) {
    location.hash = `#/tasks?webhook_id=${segment(id)}`;
  }
});
