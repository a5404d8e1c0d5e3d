// Jobs: what is done to many tasks at once, and how far it has come.
"use strict";

const jobLooks = { running: "", ended: "good", stopped: "warn" };
const jobDone = { cancel: "cancelled", redrive: "redriven", purge: "thrown away", replay: "sent anew" };

function jobSaid(job) {
  const beside = (job.beside || []).map((each) => ` Job ${each}, which runs, may have the same tasks.`).join("");
  if (job.state === "running") return `Job ${job.id} has begun: ${count(job.matched)} match so far.${beside}`;
  return `${count(job.done)} ${jobDone[job.action]}` +
    (job.refused ? `, ${count(job.refused)} were no longer there or in another state.` : ".");
}

// How many tasks it is about. What it has found so far is not all there is: null where it runs and
// nobody has counted them.
function wholeOf({ state, action, matched, expected }) {
  const isCounted = state !== "running" || expected != null || action === "replay";
  return isCounted ? Math.max(matched, expected || 0) : null;
}

function jobProgress(job) {
  const whole = wholeOf(job);
  const seen = job.done + job.refused;
  const bar = element("progress", { "aria-label": `Job ${job.id}`,
    max: whole == null ? null : String(Math.max(whole, seen, 1)), value: whole == null ? null : String(seen) });
  const done = `${count(job.done)} ${whole == null ? "" : `of ${count(whole)} `}${jobDone[job.action]}`;
  return element("div", { class: "progress" }, bar,
    element("span", { class: "sub" }, done + (whole == null ? " so far" : "") +
      (job.refused ? `, ${count(job.refused)} refused` : "")));
}

function stopButton(job) {
  return job.state !== "running" ? null : element("button", {
    class: "small", "data-key": `stop ${job.id}`, "aria-label": `Stop job ${job.id}`,
    onclick: acting(async () => {
      await call("DELETE", `v1/jobs/${job.id}`);
      notice(`Job ${job.id} is stopped; what it has done stays done.`, true);
      await shell.refreshView();
    }),
  }, "Stop");
}

// Whose tasks it is about.
function jobScope({ destination, account }) {
  if (!destination && !account) return element("span", { class: "quiet" }, "any");
  return [destination && element("strong", {}, destination),
    account && element("span", { class: "sub" }, `account ${account}`)].filter(Boolean);
}

function jobRow(job) {
  return element("tr", {}, element("td", {}, job.id), element("td", {}, words(job.action)),
    element("td", {}, jobScope(job)), element("td", {}, pill(job.state, jobLooks[job.state])),
    element("td", { class: "wide" }, jobProgress(job)),
    element("td", { class: "n" }, job.rate ? `${count(job.rate)} a second` : "no limit"),
    element("td", {}, job.by || ""), element("td", {}, moment(job.started_at)), element("td", {}, moment(job.ended_at)),
    element("td", { class: "actions-cell" }, stopButton(job)));
}

// The job that was begun here is shown where it was begun.
let watched = null;
function watchJob(id) { watched = id; }
async function refreshWatched() {
  const place = $("watched-job");
  place.hidden = !watched;
  if (!watched) return;
  const job = await call("GET", `v1/jobs/${watched}`);
  refill(place, [element("strong", {}, `Job ${job.id}: ${job.action}, ${job.state}`), jobProgress(job),
    stopButton(job)].filter(Boolean));
  if (job.state !== "running") watched = null;
}

// The gateway tells those that have ended first.
function newestFirst(jobs) {
  return jobs.sort((a, b) => new Date(b.started_at) - new Date(a.started_at) || Number(b.id) - Number(a.id));
}

views.jobs = {
  async refresh() {
    const { jobs } = await call("GET", "v1/jobs");
    refill($("jobs"), jobs.length ? newestFirst(jobs).map(jobRow)
      : [emptyRow(10, "No job was begun since the gateway started.")]);
  },
};
