// The operator's console. Talks to the admin listener that served it and to nothing else. Text from
// tasks and destinations is only ever put in as text, never as markup.
"use strict";

const $ = (id) => document.getElementById(id);
const tokenKey = "sluice-admin-token";
const refreshEvery = 2000;
const mostEvents = 300;

// --- small things --------------------------------------------------------------------------------

// element("td", {class: "n"}, "text", child, …)
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") made.addEventListener("click", value);
    else if (value !== false && value != null) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

// New rows in place of the old ones; whoever had the focus in them keeps it.
function refill(body, rows) {
  const held = body.contains(document.activeElement) && document.activeElement.dataset.key;
  body.replaceChildren(...rows);
  if (held) body.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus();
}

const number = new Intl.NumberFormat("en");
function count(value) { return value == null || Number.isNaN(value) ? "–" : number.format(value); }
function perSecond(value) {
  if (value == null) return "–";
  return value >= 100 ? number.format(Math.round(value)) : number.format(Math.round(value * 10) / 10);
}

// Times are those of the browser's zone, or of UTC where that was asked for; date and time of one
// moment come from the same zone.
const utcKey = "sluice-utc";
let isUtc = localStorage.getItem(utcKey) === "yes";
function zone() { return isUtc ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone; }
function dateAndTime(at) {
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en-GB", {
    timeZone: zone(), year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  }).formatToParts(at).map(({ type, value }) => [type, value]));
  return [`${parts.year}-${parts.month}-${parts.day}`,
    `${parts.hour}:${parts.minute}:${parts.second}`];
}
function when(text) {
  if (!text) return "";
  const [date, time] = dateAndTime(new Date(text));
  return date === dateAndTime(new Date())[0] ? time : `${date} ${time}`;
}
// What a field for date and time says, in the zone that is shown.
function instant(typed) { return new Date(isUtc ? `${typed}Z` : typed).toISOString(); }
function duration(seconds) {
  if (!seconds) return "none";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}
function bytes(value) {
  if (value == null) return "";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; ++unit) value /= 1024;
  return `${value < 10 && unit ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
function words(text) { return String(text).replaceAll("_", " "); }

function notice(text, isGood = false) {
  const place = $("notice");
  place.textContent = text;
  place.className = isGood ? "notice good" : "notice";
  place.hidden = !text;
  clearTimeout(notice.timer);
  if (text && isGood) notice.timer = setTimeout(() => { place.hidden = true; }, 6000);
}

// --- asking --------------------------------------------------------------------------------------

let token = sessionStorage.getItem(tokenKey);

function askToken(why) {
  const dialog = $("ask-token");
  if (dialog.open) return;
  $("token-wrong").textContent = why || "";
  $("token-wrong").hidden = !why;
  $("token").value = "";
  dialog.showModal();
}

async function call(method, path, body) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, {
    method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store",
  });
  const value = await answer.json().catch(() => ({}));
  if (answer.status === 401) {
    askToken(token ? "That is not the admin token." : "");
    throw new Error("The admin token is needed.");
  }
  if (!answer.ok) {
    const more = (value.errors || []).map((each) => `${each.pointer}: ${each.detail}`).join("; ");
    throw Object.assign(new Error(`${value.detail || answer.statusText}${more ? ` (${more})` : ""}`),
      { status: answer.status });
  }
  return value;
}

// Runs what a click asks for, and says what went wrong.
function acting(action) {
  return async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      await action(event);
    } catch (error) {
      notice(error.message);
    } finally {
      button.disabled = false;
    }
  };
}

function queryOf(form, more = {}) {
  const query = new URLSearchParams(more);
  for (const [name, value] of new FormData(form)) {
    if (!value || name === "id" || name === "rate") continue;
    const isTime = name === "from" || name === "to";
    query.set(name, isTime ? instant(value) : value);
  }
  return query;
}

// --- figures -------------------------------------------------------------------------------------

const rates = { accepted: [], delivered: [], failed: [] };
let lastFigures = null;

// Sums of a page of metrics by name, and by name and one label's value; of ages the greatest.
function readMetrics(page) {
  const sums = new Map();
  const add = (key, value) => {
    const before = sums.get(key) || 0;
    const isAge = key.startsWith("sluice_queue_oldest_seconds");
    sums.set(key, isAge ? Math.max(before, value) : before + value);
  };
  for (const line of page.split("\n")) {
    const found = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (!found) continue;
    const value = Number(found[3]);
    add(found[1], value);
    for (const [, label, held] of (found[2] || "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      add(`${found[1]}/${label}=${held}`, value);
    }
  }
  return sums;
}

function drawSpark(name, values) {
  const top = Math.max(1e-9, ...values);
  const step = 120 / 59;
  const points = values.map((value, i) =>
    `${((60 - values.length + i) * step).toFixed(1)},${(22 - 20 * value / top).toFixed(1)}`);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const first = ((60 - values.length) * step).toFixed(1);
  path.setAttribute("d", points.length > 1 ? `M${first},26 L${points.join(" L")} L122,26` : "");
  $(`spark-${name}`).replaceChildren(path);
}

function showRates(sums) {
  const now = {
    at: performance.now(),
    accepted: sums.get("sluice_tasks_accepted_total") || 0,
    delivered: sums.get("sluice_tasks_finished_total/state=delivered") || 0,
    attempts: sums.get("sluice_attempts_total") || 0,
    good: sums.get("sluice_attempts_total/outcome=delivered") || 0,
  };
  now.failed = now.attempts - now.good;
  if (lastFigures && now.accepted >= lastFigures.accepted) {
    const seconds = (now.at - lastFigures.at) / 1000;
    for (const name of Object.keys(rates)) {
      const rate = Math.max(0, (now[name] - lastFigures[name]) / seconds);
      rates[name].push(rate);
      if (rates[name].length > 60) rates[name].shift();
      $(`rate-${name}`).textContent = perSecond(rate);
      drawSpark(name, rates[name]);
    }
  }
  lastFigures = now;
}

function showQueue(sums) {
  const state = (name) => sums.get(`sluice_queue_tasks/state=${name}`) || 0;
  const waiting = state("scheduled") + state("ready") + state("retry_wait");
  $("tasks-waiting").textContent = count(waiting);
  $("tasks-split").textContent =
    `${count(state("scheduled"))} scheduled, ${count(state("ready"))} ready, ` +
    `${count(state("retry_wait"))} retrying`;
  $("tasks-dead").textContent = count(state("dead"));
  $("oldest").textContent = duration(sums.get("sluice_queue_oldest_seconds"));
  $("in-flight").textContent = `${count(state("in_flight"))} in flight`;
  $("journal").textContent = `journal ${bytes(sums.get("sluice_journal_bytes"))}`;
}

async function refreshFigures() {
  const [health, page] = await Promise.all([
    fetch("/readyz?verbose", { headers: { Accept: "application/json" }, cache: "no-store" })
      .then((answer) => answer.json()),
    fetch("/metrics", { cache: "no-store" }).then((answer) => answer.text()),
  ]);
  const failing = (health.checks || []).filter((each) => each.status !== "ok");
  $("health").textContent = failing.length
    ? failing.map((each) => each.detail || words(each.name)).join(", ") : "ready";
  $("health").className = failing.length ? "pill bad" : "pill good";
  const sums = readMetrics(page);
  const kept = [...sums.keys()].find((key) => key.startsWith("sluice_durability_info/"));
  $("durability").textContent = kept ? `durability ${kept.split("=")[1]}` : "";
  showRates(sums);
  showQueue(sums);
}

// --- destinations --------------------------------------------------------------------------------

// "open" would be a closed door's word for a breaker: what flows is called so.
const stateNames = { open: "flowing" };
const stateLooks = {
  open: "good", paused: "warn", disabled: "bad", breaker_open: "bad", not_configured: "warn",
};

function statePill(destination) {
  const looks = stateLooks[destination.state] || "";
  const pill = element("span", { class: `pill ${looks}` }, stateNames[destination.state] || words(destination.state));
  const until = destination.breaker_until || destination.retry_after_until;
  const why = [destination.by && `by ${destination.by}`, until && `until ${when(until)}`]
    .filter(Boolean).join(", ");
  return element("td", {}, pill, why ? element("span", { class: "sub" }, why) : null);
}

function destinationRow(destination) {
  const held = destination.paused || destination.disabled;
  const change = (verb) => acting(async () => {
    await call("POST", `/v1/destinations/${encodeURIComponent(destination.name)}/${verb}`);
    await refreshDestinations();
  });
  const { tasks, rate, concurrency } = destination;
  const perPeriod = rate && `${count(rate.limit)} in ${duration(rate.period_ms / 1000)}`;
  return element("tr", {},
    element("td", {}, element("strong", {}, destination.name),
      destination.url ? element("span", { class: "sub" }, destination.url) : null),
    statePill(destination),
    element("td", { class: "n" }, count(tasks.scheduled)),
    element("td", { class: "n" }, count(tasks.ready)),
    element("td", { class: "n" }, `${count(concurrency.in_flight)} / ${count(concurrency.limit)}`),
    element("td", { class: "n" }, count(tasks.retry_wait)),
    element("td", { class: "n" }, count(tasks.dead)),
    element("td", { class: "n" }, rate ? `${count(rate.tokens)} / ${count(rate.burst)}` : "no limit",
      perPeriod ? element("span", { class: "sub" }, perPeriod) : null),
    element("td", { class: "actions-cell" }, destination.state === "not_configured" ? null
      : element("button", {
        class: "small", onclick: change(held ? "resume" : "pause"),
        "data-key": destination.name, "aria-label": `${held ? "Resume" : "Pause"} ${destination.name}`,
      }, held ? "Resume" : "Pause")));
}

async function refreshDestinations() {
  const { destinations } = await call("GET", "/v1/destinations");
  refill($("destinations"), destinations.length ? destinations.map(destinationRow)
    : [element("tr", {},
      element("td", { colspan: 9, class: "empty" }, "The configuration has no destination."))]);
  fillChoices("destination", destinations.map((each) => each.name));
}

function fillChoices(name, values) {
  for (const select of document.querySelectorAll(`select[name=${name}]`)) {
    const known = [...select.options].slice(1).map((option) => option.value);
    if (known.join("\n") === values.join("\n")) continue;
    const chosen = select.value;
    select.replaceChildren(select.options[0],
      ...values.map((value) => element("option", { value }, value)));
    select.value = values.includes(chosen) ? chosen : "";
  }
}
