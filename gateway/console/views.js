// The second half of the console: tasks, dead letters, events, and the beginning of it all. Uses
// what console.js has; loaded after it.
"use strict";

// --- tasks ---------------------------------------------------------------------------------------

const taskLooks = { delivered: "good", dead: "bad", expired: "bad", retry_wait: "warn" };

function taskPill(state) {
  return element("span", { class: `pill ${taskLooks[state] || ""}` }, words(state));
}

function idCell(task) {
  return element("td", {}, element("button", {
    class: "link id", title: "Show this task", onclick: acting(() => showDetails(task.id)),
  }, task.id));
}

function momentOf(task) {
  if (task.finished_at) return `ended ${when(task.finished_at)}`;
  if (task.next_attempt_at) {
    const isDue = new Date(task.next_attempt_at) <= new Date();
    return `${isDue ? "due since" : "next"} ${when(task.next_attempt_at)}`;
  }
  return `accepted ${when(task.accepted_at)}`;
}

function taskRow(task) {
  return element("tr", {}, idCell(task), element("td", {}, taskPill(task.state)),
    element("td", {}, task.destination), element("td", {}, task.account),
    element("td", { class: "n" }, count(task.attempts.length)), element("td", {}, momentOf(task)),
    element("td", { class: "wide" }, task.dead_reason || ""));
}

function deadRow(task) {
  const redrive = acting(async () => {
    await call("POST", `/v1/dead/${task.id}/redrive`);
    notice(`${task.id} is ready again.`, true);
    await dead.search();
  });
  return element("tr", {}, idCell(task), element("td", {}, task.destination),
    element("td", {}, task.account), element("td", { class: "n" }, count(task.attempts.length)),
    element("td", {}, when(task.finished_at)),
    element("td", { class: "wide" }, task.dead_reason || ""),
    element("td", { class: "actions-cell" },
      element("button", { class: "small", onclick: redrive }, "Redrive")));
}

// A table that is filled page by page.
class pages {
  constructor(name, path, row, columns) {
    Object.assign(this, { name, path, row, columns });
    this.form = $(`${name === "tasks" ? "task" : name}-search`);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.search().catch((error) => notice(error.message));
    });
    $(`${name}-more`).addEventListener("click", acting(() => this.load(this.next)));
  }

  // More pages, and what is done to all of them, go by what was searched for: the form may say
  // something else by then.
  async search() {
    notice("");
    this.query = queryOf(this.form);
    this.at = null;
    const id = new FormData(this.form).get("id")?.trim();
    if (id) {
      const task = await call("GET", `/v1/tasks/${encodeURIComponent(id)}`);
      $(this.name).replaceChildren(this.row(task));
      this.only = id;
      this.finish({ total: 1, next: null });
      return;
    }
    this.only = null;
    $(this.name).replaceChildren();
    await this.load(null);
  }

  async load(cursor) {
    const query = new URLSearchParams(this.query);
    query.set("limit", 50);
    if (cursor) query.set("cursor", cursor);
    const page = await call("GET", `${this.path}?${query}`);
    $(this.name).append(...page.tasks.map(this.row));
    if (!$(this.name).children.length) {
      $(this.name).append(element("tr", {},
        element("td", { colspan: this.columns, class: "empty" }, "No task is like that.")));
    }
    this.finish(page);
  }

  finish(page) {
    this.next = page.next;
    this.at ||= page.at;
    if (page.total != null) this.total = page.total;
    $(`${this.name}-more`).hidden = !page.next;
    const shown = $(this.name).querySelectorAll(".id").length;
    $(`${this.name}-total`).textContent = this.total == null ? `${count(shown)} shown`
      : `${count(shown)} shown, ${count(this.total)} in the queue`;
  }
}

const tasks = new pages("tasks", "/v1/tasks", taskRow, 7);
const dead = new pages("dead", "/v1/dead", deadRow, 7);

// Something done to all dead letters that were found: those, and no others that came since.
function withShown(verb, question) {
  return acting(async () => {
    const body = Object.fromEntries(dead.query);
    if (!Object.keys(body).length) body.all = true;
    if (dead.at) body.before = dead.at;
    if (dead.total != null) body.expected = dead.total;
    const rate = Number(new FormData(dead.form).get("rate"));
    if (rate > 0) body.rate = rate;
    const filter = [...dead.query].map(([name, value]) => `${name} ${value}`).join(", ");
    if (!confirm(`${question} ${count(dead.total)} dead letters${filter ? ` (${filter})` : ""}?`))
      return;
    try {
      const job = await call("POST", `/v1/dead:${verb}`, body);
      await dead.search();
      notice(job.state === "running" ? `Job ${job.id} has begun.`
        : `${count(job.done)} done, ${count(job.refused)} refused.`, true);
    } catch (error) {
      if (error.status === 409) await dead.search();
      throw error;
    }
  });
}
$("redrive-all").addEventListener("click", withShown("redrive", "Redrive"));
$("purge-all").addEventListener("click", withShown("purge", "Throw away"));

// --- one task ------------------------------------------------------------------------------------

function reasonLine(reason) {
  const parts = [words(reason.kind)];
  if (reason.by) parts.push(`by ${reason.by}`);
  if (reason.until) parts.push(`until ${when(reason.until)}`);
  return element("p", {}, parts.join(" "));
}

function attemptBlock(attempt) {
  const line = `Attempt ${attempt.n}: ${attempt.status ? `HTTP ${attempt.status}` : attempt.error}, ` +
    `${when(attempt.at)}, ${count(attempt.duration_ms)} ms`;
  return element("div", {}, element("p", {}, line),
    attempt.response ? element("pre", {}, attempt.response) : null);
}

function detailActions(task) {
  const button = (text, method, path, said) => element("button", {
    class: "small", onclick: acting(async () => {
      const answer = await call(method, path);
      notice(said(answer), true);
      await showDetails(task.id);
    }),
  }, text);
  const own = `/v1/tasks/${task.id}`;
  const isWaiting = ["scheduled", "ready", "retry_wait"].includes(task.state);
  const isDead = task.state === "dead";
  return [
    isWaiting && button("Cancel", "DELETE", own, () => `${task.id} is cancelled.`),
    isDead && button("Redrive", "POST", `/v1/dead/${task.id}/redrive`,
      () => `${task.id} is ready again.`),
    !isWaiting && button("Replay as a new task", "POST", `${own}/replay`,
      (answer) => `The new task is ${answer.id}.`),
  ].filter(Boolean);
}

async function showDetails(id) {
  const [task, why] = await Promise.all([
    call("GET", `/v1/tasks/${id}`), call("GET", `/v1/tasks/${id}/explain`)]);
  $("details-title").replaceChildren(
    element("span", { class: "id" }, task.id), " ", taskPill(task.state));
  $("details-actions").replaceChildren(...detailActions(task));
  const holds = why.reasons.map(reasonLine);
  if (holds.length) holds.unshift(element("p", {}, element("strong", {}, "Why it has not been sent")));
  if (why.ahead) holds.push(element("p", {}, `${count(why.ahead)} tasks go before it`));
  $("details-why").className = holds.length ? "why" : "";
  $("details-why").replaceChildren(...holds);
  const values = Object.entries(task).filter(([name, value]) =>
    value != null && value !== "" && !["id", "state", "attempts"].includes(name));
  $("details-values").replaceChildren(...values.flatMap(([name, value]) => [
    element("dt", {}, words(name)),
    element("dd", {}, typeof value === "object" ? JSON.stringify(value)
      : /_at$|^not_before$/.test(name) ? when(value) : String(value)),
  ]));
  $("details-attempts").replaceChildren(...task.attempts.map(attemptBlock).reverse());
  if (!$("details").open) $("details").showModal();
}

// --- events --------------------------------------------------------------------------------------

function describeEvent(kind, data) {
  switch (kind) {
    case "attempt":
      return `attempt ${data.attempt}: ${data.status ? `HTTP ${data.status}` : data.error || ""}, ` +
        `${count(data.duration_ms)} ms`;
    case "finished":
      return `${words(data.state)} after ${count(data.attempts)} attempts` +
        (data.reason ? `: ${data.reason}` : "");
    case "destination": return words(data.change) + (data.by ? ` by ${data.by}` : "");
    case "synced":
      return `${count(data.records)} records, ${bytes(data.bytes)} in ` +
        `${(data.duration_us / 1000).toFixed(1)} ms`;
    case "storage": return `${data.operation}: ${data.error}`;
    case "clock": return `the wall clock was stepped by ${count(data.by_ms)} ms`;
    case "dropped": return `${count(data.dead_letters)} dead letters were too old or too many`;
    case "missed": return `${count(data.count)} events came too fast to be shown`;
    default: return "";
  }
}

function eventLooks(kind, data) {
  if (kind === "storage" || data.state === "dead" || data.verdict === "final") return "bad";
  if (data.verdict === "retry" || kind === "missed" || kind === "destination") return "warn";
  return data.verdict === "delivered" || data.state === "delivered" ? "good" : "";
}

function showEvent(kind, data) {
  const filter = new FormData($("event-filter"));
  if (filter.get("pause") || (kind === "synced" && !filter.get("synced"))) return;
  const wanted = filter.get("destination");
  if (wanted && data.destination && data.destination !== wanted) return;
  const open = data.task && element("button", {
    class: "link id", onclick: acting(() => showDetails(data.task)) }, data.task);
  $("events").prepend(element("tr", {},
    element("td", { class: "quiet" }, data.at ? when(data.at) : ""),
    element("td", {}, element("span", { class: `pill ${eventLooks(kind, data)}` }, kind)),
    element("td", {}, data.destination || ""), element("td", {}, open || ""),
    element("td", { class: "wide" }, describeEvent(kind, data))));
  while ($("events").children.length > mostEvents) $("events").lastChild.remove();
}

function takeFrame(frame) {
  let kind = "message";
  let data = "";
  for (const line of frame.split("\n")) {
    if (line.startsWith("event: ")) kind = line.slice(7);
    if (line.startsWith("data: ")) data += line.slice(6);
  }
  if (data) showEvent(kind, JSON.parse(data));
}

// Listens for ever; EventSource cannot send the token.
async function listen() {
  try {
    const answer = await fetch("/v1/events", {
      headers: token ? { Authorization: `Bearer ${token}` } : {}, cache: "no-store" });
    if (answer.ok) {
      $("live").classList.add("on");
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const frames = (rest + part.value).split("\n\n");
        rest = frames.pop();
        frames.forEach(takeFrame);
      }
    }
  } catch { /* the gateway is away; it is asked again below */ }
  $("live").classList.remove("on");
  setTimeout(listen, refreshEvery);
}

// --- the whole -----------------------------------------------------------------------------------

function show(view) {
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const isChosen = tab.dataset.view === view;
    tab.setAttribute("aria-selected", isChosen);
    tab.tabIndex = isChosen ? 0 : -1;
    $(`view-${tab.dataset.view}`).hidden = !isChosen;
  }
  if (view === "dead") dead.search().catch((error) => notice(error.message));
}

async function refresh() {
  try {
    await refreshFigures();
    if (!$("ask-token").open) await refreshDestinations();
    if (refresh.isLost) notice("");
    refresh.isLost = false;
  } catch (error) {
    if (error instanceof TypeError) {
      refresh.isLost = true;
      $("health").textContent = "cannot be reached";
      $("health").className = "pill bad";
      notice("The gateway does not answer.");
    }
  }
  setTimeout(refresh, document.hidden ? 5 * refreshEvery : refreshEvery);
}

async function begin() {
  $("forget").hidden = !token;
  try {
    const { accounts } = await call("GET", "/v1/accounts");
    fillChoices("account", accounts.map((each) => each.id));
    await refreshDestinations();
    await tasks.search();
    document.body.dataset.state = "shown";
  } catch (error) {
    if (!$("ask-token").open) notice(error.message);
  }
}

for (const tab of document.querySelectorAll("[role=tab]")) {
  tab.addEventListener("click", () => {
    show(tab.dataset.view);
    window.history.replaceState(null, "", `#${tab.dataset.view}`);
  });
}
function showZone() {
  // Where it is UTC anyway there is nothing to choose.
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  $("utc").parentElement.hidden = own === "UTC" && !isUtc;
  $("zone").textContent = zone();
  $("utc").checked = isUtc;
}
$("utc").addEventListener("change", () => {
  isUtc = $("utc").checked;
  localStorage.setItem(utcKey, isUtc ? "yes" : "no");
  showZone();
  refreshDestinations().catch((error) => notice(error.message));
  tasks.search().catch((error) => notice(error.message));
  if (!$("view-dead").hidden) dead.search().catch((error) => notice(error.message));
});
showZone();
// Arrows go from tab to tab, as in every list of tabs (WAI-ARIA Authoring Practices, Tabs).
document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const here = tabs.indexOf(document.activeElement);
  const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined || here < 0) return;
  event.preventDefault();
  const tab = tabs[(to + tabs.length) % tabs.length];
  tab.focus();
  tab.click();
});
$("events-clear").addEventListener("click", () => $("events").replaceChildren());
$("ask-token").addEventListener("close", () => {
  token = $("token").value;
  sessionStorage.setItem(tokenKey, token);
  begin();
});
$("forget").addEventListener("click", () => {
  sessionStorage.removeItem(tokenKey);
  location.reload();
});

const asked = location.hash.slice(1);
begin().then(() => { if (["dead", "events"].includes(asked)) show(asked); });
refresh();
listen();
