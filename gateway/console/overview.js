// How the gateway is doing: figures, curves, limits, what is not in order.
"use strict";

const spans = { "15m": "15 min", "1h": "1 hour", "6h": "6 hours", "24h": "24 hours" };
let span = "15m";

const curveCharts = () => ({
  rates: new chart($("chart-rates"), { title: "Tasks a second", format: perSecond }),
  waiting: new chart($("chart-waiting"), { title: "Tasks waiting", format: (v) => Number.isInteger(v) ? count(v) : "" }),
  life: new chart($("chart-life"),
    { title: "From acceptance to delivery", format: milliseconds, nice: niceDuration }),
  lateness: new chart($("chart-lateness"),
    { title: "Lateness of attempts, and disk sync", format: milliseconds, nice: niceDuration }),
});

function lastKnown(values) { return values?.findLast((value) => value != null); }

function inState(sums, name) { return sums.get(`sluice_queue_tasks/state=${name}`) || 0; }
const waitingStates = { scheduled: "scheduled", ready: "ready", retry_wait: "retrying" };
function waitingNow(sums) {
  return Object.keys(waitingStates).reduce((sum, name) => sum + inState(sums, name), 0);
}

function showFigures(series, sums) {
  for (const name of ["accepted", "delivered", "failed"])
    $(`rate-${name}`).textContent = perSecond(lastKnown(series[name]));
  $("tasks-waiting").textContent = count(waitingNow(sums));
  $("tasks-split").replaceChildren(...Object.entries(waitingStates).flatMap(([name, said], i) =>
    [i ? ", " : "", element("span", {}, `${count(inState(sums, name))} ${said}`)]));
  $("tasks-dead").textContent = count(inState(sums, "dead"));
  $("tasks-dead").className = inState(sums, "dead") ? "bad-text" : "";
  $("oldest").textContent = duration(sums.get("sluice_queue_oldest_seconds"));
  $("in-flight").textContent = `${count(inState(sums, "in_flight"))} in flight`;
}

function showLimits(sums) {
  const journal = sums.get("sluice_journal_bytes") || 0;
  const most = sums.get("sluice_journal_limit_bytes");
  const payload = sums.get("sluice_queue_payload_bytes");
  const files = sums.get("process_open_fds");
  const mostFiles = sums.get("process_max_fds");
  $("limits").replaceChildren(...[
    meter("Journal on disk", journal, most, most ? `${bytes(journal)} of ${bytes(most)}` : bytes(journal)),
    files != null && meter("Descriptors", files, mostFiles, `${count(files)} of ${count(mostFiles)}`),
  ].filter(Boolean));
  const facts = [
    ["Version", labelOf(sums, "sluice_build_info", "version")],
    ["Durability", labelOf(sums, "sluice_durability_info", "durability")],
    ["Memory", bytes(sums.get("process_resident_memory_bytes"))],
    ["Payloads in memory", payload == null ? "" : bytes(payload)],
    ["Running for", duration(Date.now() / 1000 - sums.get("process_start_time_seconds"))],
  ].filter(([, value]) => value);
  $("facts").replaceChildren(...facts.flatMap(([name, value]) =>
    [element("dt", {}, name), element("dd", {}, value)]));
}

function showChecks(health) {
  $("checks").replaceChildren(...(health.checks || []).map((each) => element("li", {},
    pill(each.status === "ok" ? "ok" : "not ok", each.status === "ok" ? "good" : "bad"),
    ` ${words(each.name)}`, each.detail ? element("span", { class: "sub" },
      each.detail.replace(/\d{5,}/g, (digits) => count(Number(digits)))) : null)));
}

// Every destination is told of, so that they are asked for more rarely than the rest.
const troublesEvery = 10000;
const mostTroubles = 6;

function troubleItem(destination) {
  const { name, state, last_minute: minute, last_error: error } = destination;
  const why = state === "open" ? "" : heldWhy(destination);
  const share = minute?.attempts ? `${percent(minute.delivered, minute.attempts)} of ` +
    `${some(minute.attempts, "attempt")} delivered in the last minute` : "";
  return element("li", {}, state === "open" ? pill("failing", "bad")
    : pill(words(state), stateLooks[state]), " ",
  element("a", { href: `#/destinations?find=${segment(name)}`, "data-key": `trouble ${name}` }, name),
  element("span", { class: "sub" }, [why, waitingWords(destination.tasks), share, error?.text]
    .filter(Boolean).join("; ")));
}

function showTroubles(destinations) {
  const all = destinations.filter(isTroubled);
  $("troubles").hidden = !all.length;
  const items = all.slice(0, mostTroubles).map(troubleItem);
  if (all.length > items.length)
    items.push(element("li", {}, element("a", { href: "#/destinations" }, `${count(all.length - items.length)} more`)));
  refill($("troubled"), items);
}

views.overview = {
  looked: 0,

  async look() {
    if (Date.now() - this.looked < troublesEvery) return;
    this.looked = Date.now();
    showTroubles((await call("GET", "v1/destinations")).destinations);
  },

  show() {
    this.looked = 0;
    this.charts ||= curveCharts();
    $("spans").replaceChildren(...Object.entries(spans).map(([value, name]) =>
      element("button", {
        class: "small", "aria-pressed": String(value === span), "data-key": value,
        onclick: acting(async () => { span = value; this.show(); await this.refresh(); }),
      }, name)));
    $("spans").querySelector("[aria-pressed=true]").classList.add("chosen");
  },

  turns: new turns(),
  async refresh() {
    const isLast = this.turns.take();
    const { series: all, slot, step_seconds: step, missing } = await call("GET", `v1/overview?span=${span}`);
    if (!isLast()) return;
    const series = sinceFirst(all);
    const end = slot * step * 1000;
    const curve = (name, looks, column) => ({ name, looks, values: series[column] || [] });
    const draw = (which, ...curves) => this.charts[which].show(curves, end, step * 1000);
    draw("rates", curve("accepted", "a", "accepted"), curve("delivered", "b", "delivered"),
      curve("failed attempts", "bad", "failed"));
    // What is so now, as the figures above say it.
    series.waiting?.splice(-1, 1, waitingNow(shell.sums));
    series.dead?.splice(-1, 1, inState(shell.sums, "dead"));
    draw("waiting", curve("waiting", "a", "waiting"), curve("dead", "bad", "dead"));
    draw("life", curve("half within", "a", "life_p50_ms"), curve("99 % within", "b", "life_p99_ms"));
    draw("lateness", curve("99 % late by", "a", "lateness_p99_ms"),
      curve("99 % synced in", "b", "sync_p99_ms"));
    $("overview-note").textContent = missing ? `Without ${missing.join(", ")}.` : "";
    showFigures(series, shell.sums);
    showLimits(shell.sums);
    showChecks(shell.health);
    await this.look();
  },
};
