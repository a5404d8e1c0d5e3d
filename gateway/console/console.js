// The operator's console: what all of its views use. Talks to the admin listener that served it and
// to nothing else. Text from tasks and destinations is only ever put in as text, never as markup.
"use strict";

const $ = (id) => document.getElementById(id);
const tokenKey = "sluice-admin-token";

// --- small things --------------------------------------------------------------------------------

// element("td", {class: "n"}, "text", child, …); what is null or false is left out.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== false));
  return made;
}

// New rows in place of the old ones; whoever had the focus in them keeps it, what was open stays,
// and what is being done cannot be done twice.
function refill(body, rows) {
  const held = body.contains(document.activeElement) && document.activeElement.dataset.key;
  const open = new Set([...body.querySelectorAll("details[open][data-key]")]
    .map((each) => each.dataset.key));
  body.replaceChildren(...rows);
  for (const each of body.querySelectorAll("details[data-key]"))
    if (open.has(each.dataset.key)) each.open = true;
  for (const each of body.querySelectorAll("button[data-key]"))
    if (busy.has(each.dataset.key)) each.disabled = true;
  if (held) body.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus();
}

const number = new Intl.NumberFormat("en");
function count(value) { return value == null || Number.isNaN(value) ? "–" : number.format(value); }
function perSecond(value) {
  if (value == null) return "–";
  return value >= 100 ? number.format(Math.round(value)) : number.format(Math.round(value * 10) / 10);
}
function percent(part, whole) {
  if (!whole) return "–";
  const share = 100 * part / whole;
  return `${share === 100 || share < 99 ? Math.round(share) : share.toFixed(1)} %`;
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
function isPast(text) { return new Date(text) <= new Date(); }
// A moment with how long ago it was for who hovers, or reads by machine.
function moment(text) {
  return text ? element("time", { datetime: text, title: text }, when(text)) : "";
}
// What a field for date and time says, in the zone that is shown.
function instant(typed) { return new Date(isUtc ? `${typed}Z` : typed).toISOString(); }
function duration(seconds) {
  if (!seconds) return "none";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}
function milliseconds(value) {
  if (value == null) return "–";
  if (value >= 10000) return duration(value / 1000);
  if (value >= 1000) return `${(value / 1000).toFixed(1)} s`;
  return `${value >= 10 ? Math.round(value) : Math.round(value * 10) / 10} ms`;
}
function bytes(value) {
  if (value == null) return "";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; ++unit) value /= 1024;
  return `${value < 10 && unit ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
function words(text) { return String(text).replaceAll("_", " "); }
function sentence(text) { return words(text).replace(/^./, (first) => first.toUpperCase()); }
function some(n, one, many = `${one}s`) { return `${count(n)} ${n === 1 ? one : many}`; }
// Words that stay on one line.
function together(text) { return text.replaceAll(" ", "\u00a0"); }
function tasksOf(n) { return some(n, "task"); }

function pill(text, looks = "") { return element("span", { class: `pill ${looks}` }, text); }
function emptyRow(columns, text) {
  return element("tr", {}, element("td", { colspan: columns, class: "empty" }, text));
}

// --- saying what happened ------------------------------------------------------------------------

// What went wrong stays until something goes right, what was done until the next thing is.
function notice(text, isGood = false) {
  const place = $("notice");
  $("notice-text").textContent = text;
  place.className = isGood ? "notice good" : "notice";
  place.setAttribute("role", isGood ? "status" : "alert");
  place.hidden = !text;
}

// Asks before something is done that cannot be taken back. Tells what was typed, null for no.
// `fields`: [{name, label, type, placeholder}].
function confirming({ title, text, verb, isDanger = false, fields = [] }) {
  const dialog = $("confirm");
  $("confirm-title").textContent = title;
  $("confirm-text").textContent = text;
  $("confirm-fields").replaceChildren(...fields.map(({ label, ...rest }) =>
    element("label", {}, label, element("input", rest))));
  $("confirm-yes").textContent = verb;
  $("confirm-yes").className = isDanger ? "danger" : "";
  dialog.returnValue = "";
  dialog.showModal();
  (fields.length ? dialog.querySelector("input") : $("confirm-no")).focus();
  return new Promise((tell) => {
    dialog.addEventListener("close", () => {
      const values = Object.fromEntries(new FormData($("confirm-form")));
      tell(dialog.returnValue === "yes" ? values : null);
    }, { once: true });
  });
}

// --- asking --------------------------------------------------------------------------------------

let token = null;
try { token = sessionStorage.getItem(tokenKey); } catch { /* a page from a file has none */ }

// At most 64 bytes, as the gateway takes it.
function shortName(text) {
  const letters = [...text.trim()];
  while (new TextEncoder().encode(letters.join("")).length > 64) letters.pop();
  return letters.join("");
}

// Who does things, as the gateway's log and its list of jobs name them; the address without it.
const nameKey = "sluice-name";
let ownName = localStorage.getItem(nameKey) || "";

function askToken(why) {
  const dialog = $("ask-token");
  if (dialog.open) return;
  $("token-wrong").textContent = why || "";
  $("token-wrong").hidden = !why;
  $("token").value = "";
  $("own-name").value = ownName;
  dialog.showModal();
}

// As fetch; where no answer comes the error says so by its kind.
class away extends Error {}
async function ask(path, options = {}) {
  try {
    return await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw new away("The gateway does not answer. It is asked again every two seconds.");
  }
}

// `path` begins without a slash: the console may stand below a base path. Throws what the gateway
// says where it refuses.
async function answerOf(method, path, body, accept) {
  const headers = { Accept: accept };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await ask(path, {
    method, headers, body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.status === 401) {
    askToken(token ? "That is not the admin token." : "");
    throw new Error("The admin token is needed.");
  }
  if (!answer.ok) {
    const value = await answer.json().catch(() => ({}));
    const more = (value.errors || []).map((each) => `${each.pointer}: ${each.detail}`).join("; ");
    throw Object.assign(new Error(`${value.detail || answer.statusText}${more ? ` (${more})` : ""}`),
      { status: answer.status });
  }
  return answer;
}
async function call(method, path, body) {
  const isChange = method !== "GET";
  const sent = isChange && ownName ? { by: ownName, ...body } : body;
  const answer = await answerOf(method, path, sent, "application/json");
  return answer.json().catch(() => ({}));
}
async function callText(path) {
  return (await answerOf("GET", path, undefined, "application/toml, application/json;q=0.5")).text();
}
const segment = encodeURIComponent;

// Which of several questions was asked last: an older one's answer that comes late is dropped.
// `const isLast = turns.take(); await …; if (!isLast()) return;`
class turns {
  constructor() { this.count = 0; }
  take() {
    const mine = ++this.count;
    return () => mine === this.count;
  }
}

// Runs what a click asks for, and says what went wrong. A second click before the end does nothing,
// also where the button was drawn anew meanwhile (`data-key`).
const busy = new Set();
function acting(action) {
  return async (event) => {
    // A form may be sent again: the newer question counts.
    const button = event.currentTarget instanceof HTMLButtonElement ? event.currentTarget : null;
    const hadFocus = button && document.activeElement === button;
    const key = button?.dataset.key;
    event.preventDefault();
    if (button?.disabled || busy.has(key)) return;
    if (key) busy.add(key);
    if (button) button.disabled = true;
    try {
      await action(event);
    } catch (error) {
      if (!$("ask-token").open) notice(error.message);
    } finally {
      busy.delete(key);
      const again = key && document.querySelector(`button[data-key="${CSS.escape(key)}"]`);
      for (const each of [button, again])
        if (each) each.disabled = false;
      if (hadFocus) giveFocusBack(again || button);
    }
  };
}

// A button that is disabled, and a row that is drawn anew, lose the focus: whoever goes by the
// keyboard goes on from where it was, or from the top of the view where that is gone.
function giveFocusBack(to) {
  const here = document.activeElement;
  // What is hidden has it until the page is drawn again.
  if (here && here !== document.body && here.getClientRects().length && !here.disabled) return;
  const panel = document.querySelector("[role=tabpanel]:not([hidden])");
  if (to?.isConnected && panel.contains(to)) return to.focus();
  const top = panel.querySelector("h2");
  top.tabIndex = -1;
  return top.focus();
}

// What a list shows when it is opened, asked for then.
function details(key, summary, { looks = "", load }) {
  const place = element("div", {});
  const made = element("details", { "data-key": key },
    element("summary", { "data-key": `see ${key}`, class: looks }, summary), place);
  made.addEventListener("toggle", acting(async () => {
    if (made.open) place.replaceChildren(await load());
  }));
  return made;
}

// The fields of a form as an address says them ("state=dead"); all others are empty then.
function fillForm(form, asked) {
  if (![...asked].length) return;
  form.reset();
  for (const [name, value] of asked) {
    const field = form.elements[name];
    if (field) field.value = value;
  }
}

function queryOf(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const text = String(value).trim();
    if (!text || name === "rate") continue;
    const isTime = name === "from" || name === "to";
    query.set(name, isTime ? instant(text) : text);
  }
  return query;
}

// --- metrics -------------------------------------------------------------------------------------

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

// The value of a label of an information metric, such as the version.
function labelOf(sums, name, label) {
  const key = [...sums.keys()].find((each) => each.startsWith(`${name}/${label}=`));
  return key ? key.slice(key.indexOf("=") + 1) : "";
}

// --- views ---------------------------------------------------------------------------------------

// What shell.js shows: by name {show(rest), refresh()}; both may be async, `rest` is what stands
// behind the name in the address.
const views = {};
// Select fields that offer destinations or accounts.
function fillChoices(name, values) {
  for (const select of document.querySelectorAll(`select[name=${name}]`)) {
    const known = [...select.options].filter((each) => each.value).map((each) => each.value);
    if (known.join("\n") === values.join("\n")) continue;
    const chosen = select.value;
    const first = [...select.options].filter((each) => !each.value);
    select.replaceChildren(...first, ...values.map((value) => element("option", { value }, value)));
    select.value = values.includes(chosen) || first.length === 0 && !chosen ? chosen || values[0] || "" : "";
  }
}
