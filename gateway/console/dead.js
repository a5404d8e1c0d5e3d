// Dead letters: grouped by destination and reason, one by one, and what is done to many of them.
"use strict";

function deadRow(task) {
  const redrive = acting(async () => {
    await call("POST", `v1/dead/${task.id}/redrive`);
    notice(`${task.id} is ready again.`, true);
    await views.dead.refresh();
    await views.dead.pages.search({ isAgain: true });
  });
  return element("tr", {}, element("td", {}, taskLink(task.id)),
    element("td", {}, task.destination), element("td", { class: "named" }, task.account),
    element("td", { class: "n" }, count(attemptsOf(task))),
    element("td", { class: "named" }, moment(task.finished_at)),
    element("td", { class: "wide" }, task.dead_reason || ""),
    element("td", { class: "actions-cell" },
      element("button", { class: "small", "data-key": `redrive ${task.id}`,
        "aria-label": `Redrive ${task.id}`, onclick: redrive }, "Redrive")));
}

// Something done to many: `filter` says to which, `total` how many a person saw, at `at`.
async function doToDead(verb, { filter, total, at, about }) {
  const isPurge = verb === "purge";
  const answer = await confirming({
    title: `${isPurge ? "Throw away" : "Redrive"} ${some(total, "dead letter")}?`,
    text: `${about ? `${about}. ` : ""}${isPurge ? "They are gone for good: nothing brings them back."
      : "Each is tried again from its first attempt."} Letters that died since the list was made are left alone.`,
    verb: isPurge ? `Throw away ${count(total)}` : `Redrive ${count(total)}`, isDanger: isPurge,
    fields: [{ name: "rate", label: "At most so many a second (empty: as fast as it goes)",
      type: "number", min: 1, placeholder: "no limit" }],
  });
  if (!answer) return;
  const body = { ...filter };
  if (!Object.keys(body).length) body.all = true;
  if (at) body.before = at;
  if (total != null) body.expected = total;
  if (Number(answer.rate) > 0) body.rate = Number(answer.rate);
  try {
    const job = await call("POST", `v1/dead:${verb}`, body);
    notice(jobSaid(job), true);
    if (job.state === "running") watchJob(job.id);
  } catch (error) {
    // The reason stands in others too, or more have died: the list shows which.
    if (error.status === 409 && filter.reason) location.hash = `#/dead?${new URLSearchParams(filter)}`;
    throw error;
  } finally {
    await views.dead.refresh();
    await views.dead.pages.search({ isAgain: true });
  }
}

function groupRow(group, at) {
  const filter = { destination: group.destination, reason: group.reason };
  const about = `${group.destination}: ${group.reason || "no reason"}`;
  const act = (verb, text, looks = "") => element("button", {
    class: `small ${looks}`, "data-key": `${verb} ${about}`, "aria-label": `${text} ${about}`,
    onclick: acting(() => doToDead(verb, { filter, total: group.count, at, about })),
  }, text);
  const query = new URLSearchParams(filter);
  return element("tr", {}, element("td", {}, element("strong", {}, group.destination)),
    element("td", { class: "wide" }, group.reason || "–"),
    element("td", { class: "n" }, element("a", { href: `#/dead?${query}`, "aria-label": `${count(group.count)} letters, ${about}` }, count(group.count))),
    element("td", {}, moment(group.oldest)), element("td", {}, moment(group.newest)),
    element("td", { class: "actions-cell" }, act("redrive", "Redrive"), act("purge", "Purge", "danger")));
}

views.dead = {
  show(rest) {
    this.pages ||= new pages({
      name: "dead", path: "v1/dead", form: $("dead-search"), row: deadRow, columns: 7,
      nothing: () => "No dead letter is like that.",
      counted: (shown, total) => total == null ? `${shown} shown` : `${shown} of ${count(total)} shown`,
    });
    fillForm($("dead-search"), new URLSearchParams(rest));
    return this.pages.search();
  },

  // The gateway looks through its tasks for the groups: the longer that takes, the more seldom it
  // is asked, but by whoever has just done something.
  turns: new turns(),
  async refresh({ isTimed = false } = {}) {
    const began = Date.now();
    if (isTimed && began < this.restUntil) return refreshWatched();
    const isLast = this.turns.take();
    const { groups, total, others, at } = await call("GET", "v1/dead:groups");
    if (!isLast()) return undefined;
    const ended = Date.now();
    this.restUntil = ended + Math.max(3000, 10 * (ended - began));
    refill($("dead-groups"), groups.length ? groups.map((each) => groupRow(each, at))
      : [emptyRow(6, "No dead letters: everything was delivered, or still waits.")]);
    $("dead-groups-total").textContent = total
      ? `${some(total, "dead letter")} in ${some(groups.length, "group")}` +
        (others ? `, ${count(others)} in further ones` : "") : "";
    return refreshWatched();
  },
};

const withFound = (verb) => acting(() => {
  const found = views.dead.pages;
  return doToDead(verb, {
    filter: Object.fromEntries(found.query), total: found.total, at: found.at,
    about: filterWords(found.query) || "All of them",
  });
});
$("redrive-all").addEventListener("click", withFound("redrive"));
$("purge-all").addEventListener("click", withFound("purge"));
