// The frame: which view is shown, what is refreshed when, the token, the zone. Loaded last.
"use strict";

const refreshEvery = 2000;

const shell = {
  sums: new Map(),
  health: {},
  view: "overview",
  rest: "",

  // "#/tasks?state=dead", "#/task/0193…": the view and what it is asked for. With a slash in front,
  // so that no element has this id and takes the focus.
  read() {
    const [, name, rest] = /^#\/?([a-z]*)[/?]?(.*)$/.exec(location.hash) || [];
    return views[name] ? [name, rest] : ["overview", ""];
  },

  // Where the focus was in each view when it was left.
  left: new Map(),
  leave() {
    const here = document.activeElement;
    const panel = here?.closest("[role=tabpanel]");
    if (!panel) return false;
    const { key } = here.dataset;
    const link = here.getAttribute("href");
    this.left.set(panel.id, key ? `[data-key="${CSS.escape(key)}"]`
      : link ? `a[href="${CSS.escape(link)}"]` : null);
    return true;
  },

  async show() {
    const hadFocus = this.leave();
    [this.view, this.rest] = this.read();
    for (const panel of document.querySelectorAll("[role=tabpanel]"))
      panel.hidden = panel.id !== `view-${this.view}`;
    for (const tab of document.querySelectorAll("[role=tab]")) {
      const isChosen = tab.dataset.view === (this.view === "task" ? "tasks" : this.view);
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      if (isChosen) tab.scrollIntoView({ block: "nearest", inline: "center" });
    }
    document.title = `${this.view === "task" ? "Task" : $(`tab-${this.view}`).textContent} – Sluice`;
    try {
      await views[this.view].show?.(this.rest);
      await views[this.view].refresh?.();
    } catch (error) {
      if (!$("ask-token").open) notice(error.message);
    }
    // A link in the view that was left was followed, or the way back was taken.
    if (!hadFocus) return;
    const place = this.left.get(`view-${this.view}`);
    giveFocusBack(place && $(`view-${this.view}`).querySelector(place));
  },

  async refreshView() {
    if ($("ask-token").open || document.querySelector("dialog[open]")) return;
    await views[this.view].refresh?.({ isTimed: true });
  },

  // The line at the top, from what needs no token.
  async refreshHead() {
    const [health, page] = await Promise.all([
      ask("readyz?verbose", { headers: { Accept: "application/json" } })
        .then((answer) => answer.json()),
      ask("metrics").then((answer) => answer.text()),
    ]);
    this.health = health;
    this.sums = readMetrics(page);
    const failing = (health.checks || []).filter((each) => each.status !== "ok");
    $("health").textContent = failing.length
      ? failing.map((each) => each.detail || words(each.name)).join(", ") : "ready";
    $("health").className = failing.length ? "pill bad" : "pill good";
    const dead = this.sums.get("sluice_queue_tasks/state=dead") || 0;
    $("tab-dead").dataset.count = dead ? count(dead) : "";
  },

  async refresh() {
    try {
      await this.refreshHead();
      // A start that takes long is waited for, one that failed is made again.
      if (this.isShown) await this.refreshView();
      else if (!$("ask-token").open) await this.begin();
      if (this.isLost) notice("");
      this.isLost = false;
    } catch (error) {
      if (error instanceof away) {
        this.isLost = true;
        $("health").textContent = "cannot be reached";
        $("health").className = "pill bad";
      }
      if (!$("ask-token").open) notice(error.message);
    }
    setTimeout(() => this.refresh(), document.hidden ? 5 * refreshEvery : refreshEvery);
  },

  async begin() {
    if (this.isBeginning) return;
    this.isBeginning = true;
    $("forget").hidden = !token;
    try {
      await this.refreshHead();
      await loadAccounts();
      const { destinations } = await call("GET", "v1/destinations");
      fillChoices("destination", destinations.map((each) => each.name));
      await this.show();
      this.isShown = true;
      document.body.dataset.state = "shown";
    } catch (error) {
      if (!$("ask-token").open) notice(error.message);
    } finally {
      this.isBeginning = false;
    }
  },
};

// --- tabs ----------------------------------------------------------------------------------------

for (const tab of document.querySelectorAll("[role=tab]")) {
  tab.addEventListener("click", () => {
    if (location.hash === `#/${tab.dataset.view}`) shell.show();
    else location.hash = `#/${tab.dataset.view}`;
  });
}
window.addEventListener("hashchange", () => shell.show());

// Arrows go from tab to tab, as in every list of tabs (WAI-ARIA Authoring Practices, Tabs).
document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const here = tabs.indexOf(document.activeElement);
  const to = { ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1,
    Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined || here < 0) return;
  event.preventDefault();
  const tab = tabs[(to + tabs.length) % tabs.length];
  tab.focus();
  tab.click();
});

// --- tables on a telephone -----------------------------------------------------------------------

// Where rows are shown as cards (console.css) each cell has its column's name beside it. Roles are
// said, as a table that is laid out otherwise has none by itself.
function labelCells(table) {
  const labels = [...table.tHead.rows[0].cells].map((each) => each.textContent);
  table.setAttribute("role", "table");
  table.tHead.setAttribute("role", "rowgroup");
  table.tHead.rows[0].setAttribute("role", "row");
  for (const cell of table.tHead.rows[0].cells) cell.setAttribute("role", "columnheader");
  const body = table.tBodies[0];
  body.setAttribute("role", "rowgroup");
  const label = () => {
    for (const row of body.rows) {
      row.setAttribute("role", "row");
      [...row.cells].forEach((cell, i) => {
        cell.setAttribute("role", "cell");
        cell.dataset.label = labels[i] || "";
      });
    }
  };
  new MutationObserver(label).observe(body, { childList: true });
  label();
}
for (const table of document.querySelectorAll(".scroll > table")) labelCells(table);

// --- the rest of the frame -----------------------------------------------------------------------

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
  if (views[shell.view].pages) views[shell.view].pages.search().catch((error) => notice(error.message));
  shell.show();
});
showZone();

$("notice-close").addEventListener("click", () => notice(""));
$("confirm-no").addEventListener("click", () => $("confirm").close(""));
$("ask-token").addEventListener("close", () => {
  token = $("token").value;
  ownName = shortName($("own-name").value);
  localStorage.setItem(nameKey, ownName);
  sessionStorage.setItem(tokenKey, token);
  shell.begin();
});
$("forget").addEventListener("click", () => {
  sessionStorage.removeItem(tokenKey);
  location.reload();
});

shell.begin();
setTimeout(() => shell.refresh(), refreshEvery);
listen();
