// Destinations: how each is doing, what holds it, and pause, resume and purge.
"use strict";

// "open" would be a closed door's word for a breaker: what flows is called so.
const stateNames = { open: "flowing" };
const stateLooks = {
  open: "good", paused: "warn", disabled: "bad", breaker_open: "bad", not_configured: "warn",
};

// Beside the state: who or what made it so, what holds it as well, and until when.
function heldWhy({ state, paused, disabled, breaker_open: isBroken, by, breaker_by: breakerBy,
  breaker_until: probe, retry_after_until: asked }) {
  const pausedBy = by ? `by ${by}` : "";
  return [paused && (state === "paused" ? pausedBy : `paused ${pausedBy}`), disabled && !paused && by,
    isBroken && breakerBy, (probe || asked) && `until ${when(probe || asked)}`].filter(Boolean).join(", ");
}

// Whether an operator should look at it: it is held, or less than nine attempts in ten deliver.
function isTroubled({ state, last_minute: { attempts, delivered } = {} }) {
  return state !== "open" || (attempts > 0 && delivered / attempts < 0.9);
}

function statePill(destination) {
  const why = heldWhy(destination);
  return element("td", {},
    pill(stateNames[destination.state] || words(destination.state), stateLooks[destination.state]),
    why ? element("span", { class: "sub" }, why) : null);
}

function successCell({ attempts, delivered } = {}) {
  if (!attempts) return element("td", { class: "n quiet" }, "–");
  const share = delivered / attempts;
  const looks = share > 0.99 ? "" : share > 0.9 ? "warn-text" : "bad-text";
  return element("td", { class: "n" }, element("b", { class: looks }, percent(delivered, attempts)),
    element("span", { class: "sub" }, together(attempts >= 60 ? `${perSecond(attempts / 60)} a second`
      : `of ${some(attempts, "attempt")}`)));
}

// The gates of a destination and its limits, in words.
function gateLines(destination) {
  const { rate, concurrency, retry_budget: budget, held, gateways } = destination;
  const lines = [
    ["In flight", `${count(concurrency.in_flight)} of ${count(concurrency.limit)}` +
      (concurrency.adaptive ? ` (learnt, at most ${count(concurrency.most)})` : "")],
    ["Rate", rate ? `${count(rate.limit)} in ${duration(rate.period_ms / 1000)}, ` +
      `${count(rate.tokens)} of ${count(rate.burst)} now` +
      (rate.next_token_at ? `, the next ${when(rate.next_token_at)}` : "") : "no limit"],
    ["Retry budget", `${count(budget.retries)} of ${count(budget.attempts)} attempts in 10 s were retries` +
      (budget.available == null ? "" : `, ${count(budget.available)} may go now`) +
      (budget.held ? `, ${count(budget.held)} held` : "")],
    ["Breaker", destination.breaker_open
      ? `open${destination.breaker_by ? `: ${destination.breaker_by}` : ""}, tried again ${when(destination.breaker_until)}`
      : "closed"],
    ["Retry-After", destination.retry_after_until ? `until ${when(destination.retry_after_until)}` : "none"],
    held && ["Held of the cluster's limits", `${count(held.concurrency)} in flight, a burst of ${count(held.burst)}`],
    gateways && ["Gateways", gateways.map((each) =>
      `${each.name}: ${stateNames[each.state] || words(each.state)}`).join(", ")],
  ].filter(Boolean);
  return element("dl", {}, ...lines.flatMap(([name, value]) =>
    [element("dt", {}, name), element("dd", {}, value)]));
}

async function changeDestination(name, verb) {
  await call("POST", `v1/destinations/${segment(name)}/${verb}`);
  notice(verb === "pause" ? `${name} is paused: nothing is sent until it is resumed.`
    : `${name} is resumed.`, true);
  await views.destinations.refresh();
}

// What waits is counted when it is asked about: what comes in after that is left alone.
async function purgeDestination(name) {
  const filter = { destination: name, state: ["scheduled", "ready", "retry_wait"] };
  const { total: waiting, at } = await call("GET", `v1/tasks?${new URLSearchParams(filter)}&limit=1`);
  if (!waiting) return notice(`Nothing waits for ${name}.`, true);
  const isSure = await confirming({
    title: `Cancel what waits for ${name}?`, verb: `Cancel ${tasksOf(waiting)}`, isDanger: true,
    text: `${tasksOf(waiting)} of ${name} that are scheduled, ready or retrying will be cancelled. ` +
      "What is in flight goes on, dead letters stay, and so does what came in since this was counted.",
  });
  if (!isSure) return undefined;
  const job = await call("POST", "v1/tasks:cancel", { ...filter, before: at, expected: waiting });
  notice(jobSaid(job), true);
  return views.destinations.refresh();
}

function destinationActions(destination) {
  const { name } = destination;
  const isHeld = destination.paused || destination.disabled;
  const verb = isHeld ? "resume" : "pause";
  return [
    destination.state !== "not_configured" && element("button", {
      class: "small", "data-key": `switch ${name}`, "aria-label": `${words(verb)} ${name}`,
      onclick: acting(() => changeDestination(name, verb)),
    }, isHeld ? "Resume" : "Pause"),
    element("button", {
      class: "small danger", "data-key": `purge ${name}`, "aria-label": `Purge what waits for ${name}`,
      onclick: acting(() => purgeDestination(name)),
    }, "Purge"),
  ].filter(Boolean);
}

function waitingWords({ scheduled, ready, retry_wait: retrying }) {
  return [scheduled && `${count(scheduled)} scheduled`, ready && `${count(ready)} ready`,
    retrying && `${count(retrying)} retrying`].filter(Boolean).map(together).join(", ");
}

function destinationRow(destination) {
  const { tasks, concurrency, last_error: error } = destination;
  const waiting = tasks.scheduled + tasks.ready + tasks.retry_wait;
  return element("tr", {},
    element("td", { class: "wide" },
      element("details", { "data-key": destination.name },
        element("summary", { "data-key": `open ${destination.name}` },
          element("strong", {}, destination.name),
          destination.url ? element("span", { class: "sub" }, destination.url) : null),
        gateLines(destination))),
    statePill(destination),
    element("td", { class: "n" }, count(waiting),
      waiting ? element("span", { class: "sub" }, waitingWords(tasks)) : null),
    element("td", { class: "n" }, `${count(concurrency.in_flight)} / ${count(concurrency.limit)}`),
    element("td", { class: "n" }, tasks.dead
      ? element("a", { href: `#/dead?destination=${segment(destination.name)}` }, count(tasks.dead)) : "0"),
    successCell(destination.last_minute),
    element("td", { class: "wide" }, error ? error.text : element("span", { class: "quiet" }, "none"),
      error ? element("span", { class: "sub" }, when(error.at)) : null),
    element("td", { class: "actions-cell" }, destinationActions(destination)));
}

// Thousands would be drawn every two seconds.
const mostRows = 200;

views.destinations = {
  all: [],

  show(rest) {
    const asked = new URLSearchParams(rest);
    if (asked.has("find")) $("destinations-find").value = asked.get("find");
    if (asked.has("find")) $("destinations-troubled").checked = false;
  },

  draw() {
    const text = $("destinations-find").value.trim().toLowerCase();
    const isNarrow = $("destinations-troubled").checked;
    const found = this.all.filter((each) => (!isNarrow || isTroubled(each)) &&
      `${each.name} ${each.url || ""}`.toLowerCase().includes(text));
    refill($("destinations"), found.length ? found.slice(0, mostRows).map(destinationRow)
      : [emptyRow(8, this.all.length ? "No destination is like that."
        : "The configuration has no destination. Add a [[destination]] and reload.")]);
    const shown = Math.min(found.length, mostRows);
    const troubled = this.all.filter(isTroubled).length;
    $("destinations-note").textContent = [
      shown < this.all.length ? `${count(shown)} of ${count(this.all.length)} shown` : "",
      troubled ? `${count(troubled)} in trouble` : "",
      this.missing ? `without ${this.missing.join(", ")}` : ""].filter(Boolean).join(", ");
  },

  async refresh() {
    ({ destinations: this.all, missing: this.missing } = await call("GET", "v1/destinations"));
    this.draw();
    fillChoices("destination", this.all.map((each) => each.name));
  },
};

for (const name of ["destinations-find", "destinations-troubled"])
  $(name).addEventListener("input", () => views.destinations.draw());
