// Who and what an account has: agents and their breaks, short links. And the accounts themselves.
"use strict";

let accounts = [];

// --- agents --------------------------------------------------------------------------------------

function plannedList(planned) {
  if (!planned.length) return element("p", { class: "quiet" }, "Nothing is planned.");
  return element("ul", {}, planned.map((each) => element("li", {},
    `${each.on_break ? "break begins" : "break ends"} ${when(each.at)} (${each.source})`)));
}

function agentRow(account, agent) {
  const own = `v1/accounts/${segment(account)}/agents/${segment(agent.cli)}`;
  const verb = agent.on_break ? "End the break" : "Begin a break";
  const planned = details(`planned ${agent.cli}`, "Show", {
    load: async () => plannedList((await call("GET", `${own}/planned`)).planned || []),
  });
  return element("tr", {}, element("td", {}, element("strong", {}, agent.cli)),
    element("td", {}, agent.on_break ? pill("on a break", "warn") : pill("available", "good")),
    element("td", {}, agent.on_break ? moment(agent.since) : ""),
    element("td", { class: "n" }, duration(agent.break_seconds_today)),
    element("td", {}, planned),
    element("td", { class: "actions-cell" }, element("button", {
      class: "small", "data-key": `break ${agent.cli}`, "aria-label": `${verb} of ${agent.cli}`,
      onclick: acting(async () => {
        await call(agent.on_break ? "DELETE" : "PUT", `${own}/break`);
        notice(`${agent.cli} is ${agent.on_break ? "available again" : "on a break"}.`, true);
        await views.agents.refresh();
      }),
    }, verb)));
}

views.agents = {
  turns: new turns(),
  async refresh() {
    const account = $("agents-account").value;
    if (!account) return;
    const isLast = this.turns.take();
    const { agents } = await call("GET", `v1/accounts/${segment(account)}/agents`);
    // An open list would close under whoever reads it.
    if (!isLast() || $("agents").querySelector("details[open]")) return;
    const onBreak = agents.filter((each) => each.on_break).length;
    $("agents-total").textContent = `${some(agents.length, "agent")}, ${count(onBreak)} on a break`;
    refill($("agents"), agents.length ? agents.map((each) => agentRow(account, each))
      : [emptyRow(6, "This account has no agents. They stand in its configuration, or are added by PUT.")]);
  },
};

// --- links ---------------------------------------------------------------------------------------

function dayBars(days) {
  const most = Math.max(1, ...days.map((each) => each.clicks));
  return element("table", { class: "days" }, element("caption", {}, "Clicks by day"),
    element("tbody", {}, days.slice(-30).reverse().map((each) => {
      const bar = element("i", {});
      bar.style.width = `${100 * each.clicks / most}%`;
      return element("tr", {}, element("th", { scope: "row" }, each.date),
        element("td", { class: "n" }, count(each.clicks)), element("td", { class: "bar" }, bar));
    })));
}

function linkRow(account, link) {
  const more = details(link.code, link.code, {
    looks: "id",
    load: async () => {
      const { days } = await call("GET", `v1/accounts/${segment(account)}/links/${link.code}`);
      return days.length ? dayBars(days) : element("p", { class: "quiet" }, "Nobody has followed it yet.");
    },
  });
  return element("tr", {}, element("td", {}, more), element("td", { class: "wide" }, link.longUrl),
    element("td", { class: "n" }, count(link.clicks)), element("td", {}, moment(link.created)),
    element("td", {}, link.expires ? moment(link.expires) : "never"));
}

views.links = {
  turns: new turns(),
  async refresh() {
    const account = $("links-account").value;
    if (!account || $("links").querySelector("details[open]")) return;
    const isLast = this.turns.take();
    const { links, more } = await call("GET", `v1/accounts/${segment(account)}/links`);
    if (!isLast()) return;
    $("links-total").textContent = !links.length ? "" : more ? `the newest ${count(links.length)}, there are more`
      : some(links.length, "link");
    refill($("links"), links.length ? links.map((each) => linkRow(account, each))
      : [emptyRow(5, "This account has made no short links.")]);
  },
};

for (const name of ["agents", "links"]) {
  $(`${name}-account`).addEventListener("change", acting(() => {
    $(name).replaceChildren();
    return views[name].refresh();
  }));
}

// --- accounts ------------------------------------------------------------------------------------

function accountRow(account) {
  const doors = [account.allow_from.length ? account.allow_from.join(", ") : "any address, with a secret",
    account.require_secret && "a secret always", account.allow_http && "plain HTTP too"].filter(Boolean);
  return element("tr", {}, element("td", {}, element("strong", {}, account.id)),
    element("td", { class: "wide" }, doors.join("; ")),
    element("td", {}, `${some(account.secrets, "secret")}, ${some(account.cust_tokens, "custToken")}`),
    element("td", { class: "n" }, account.rate
      ? `${count(account.rate.limit)} in ${duration(account.rate.period_ms / 1000)}` : "no limit"),
    element("td", { class: "n" }, count(account.weight)),
    element("td", {}, account.time_zone,
      account.country_code ? element("span", { class: "sub" }, `country code ${account.country_code}`) : null),
    element("td", { class: "n" }, count(account.agents)));
}

async function loadAccounts() {
  ({ accounts } = await call("GET", "v1/accounts"));
  fillChoices("account", accounts.map((each) => each.id));
  return accounts;
}

views.accounts = {
  async refresh() {
    await loadAccounts();
    refill($("accounts"), accounts.length ? accounts.map(accountRow)
      : [emptyRow(7, "The configuration has no account: nobody can call.")]);
  },
};

// --- members -------------------------------------------------------------------------------------

const memberLooks = { alive: "good", stopped: "", silent: "bad" };
function memberRow(member) {
  return element("tr", {}, element("td", {}, element("strong", {}, member.name),
    member.self ? element("span", { class: "sub" }, "this gateway") : null),
  element("td", {}, pill(member.state, memberLooks[member.state])),
  element("td", {}, member.version || ""), element("td", {}, member.advertise || ""),
  element("td", { class: "n" }, member.log == null ? "" : String(member.log)));
}

views.members = {
  async refresh() {
    const seen = await call("GET", "v1/cluster");
    refill($("members"), seen.members.length ? seen.members.map(memberRow)
      : [emptyRow(5, "This gateway is alone: it has no [cluster].")]);
    const nameOf = (log) => seen.members.find((each) => each.log === log)?.name || `log ${log}`;
    const adopted = (isDone) => (seen.adopted || []).filter((each) => Boolean(each.done) === isDone)
      .map((each) => `log ${each.log} by ${each.by.map(nameOf).join(", ")}`).join("; ");
    $("members-note").textContent = [
      seen.reachable === false && "PostgreSQL cannot be reached: this is what was known last.",
      adopted(false) && `What dead gateways had is being taken over: ${adopted(false)}.`,
      adopted(true) && `What dead gateways had was taken over: ${adopted(true)}.`,
    ].filter(Boolean).join(" ");
  },
};
