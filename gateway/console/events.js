// What happens, as it happens, and what was out of the ordinary before the page was opened.
"use strict";

const mostEvents = 300;

function describeEvent(kind, data) {
  switch (kind) {
    case "attempt":
      return `attempt ${data.attempt}: ${data.status ? `HTTP ${data.status}` : data.error || ""}, ` +
        `${count(data.duration_ms)} ms`;
    case "finished":
      if (data.state === "dead" && data.reason) return `dead: ${data.reason}`;
      return `${words(data.state)} after ${some(data.attempts, "attempt")}` +
        (data.reason ? `${data.state === "cancelled" ? ", by" : ":"} ${data.reason}` : "");
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
  $("events").querySelector(".empty")?.closest("tr").remove();
  $("events").prepend(element("tr", {},
    element("td", { class: "quiet" }, data.at ? when(data.at) : ""),
    element("td", {}, pill(kind, eventLooks(kind, data))),
    element("td", {}, data.destination || ""), element("td", {}, data.task ? taskLink(data.task) : ""),
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

// Listens for ever; EventSource cannot send the token. What is kept is asked for once.
const mostRecent = 256;
let hasRecent = false;
let leaving = new AbortController();
async function listen() {
  try {
    const answer = await fetch(hasRecent ? "v1/events" : `v1/events?recent=${mostRecent}`, {
      headers: token ? { Authorization: `Bearer ${token}` } : {}, cache: "no-store",
      signal: leaving.signal });
    if (answer.ok) {
      hasRecent = true;
      $("live").classList.add("on");
      $("live-text").textContent = "events flow";
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
  $("live-text").textContent = "no events";
  setTimeout(listen, 2000);
}

// A page that is kept for the way back holds no place among the listeners.
window.addEventListener("pagehide", () => leaving.abort());
window.addEventListener("pageshow", (event) => {
  if (event.persisted) leaving = new AbortController();
});

views.events = {};
$("events-clear").addEventListener("click", () =>
  $("events").replaceChildren(emptyRow(5, "Nothing has happened since.")));
