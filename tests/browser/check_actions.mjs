// What the console does when it is used: answers that come out of order, clicks that come twice,
// what is sent for a purge, and the command that a request is copied as. In headless Chromium.
//
//   node check_actions.mjs URL --token TOKEN --destination NAME
//
// NAME has tasks that wait and is left without them. Ends as check_console.mjs does.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { openBrowser, openPage, shown, options } from "./console_page.mjs";

const { base, values } = options({ destination: { type: "string" } });
const browser = await openBrowser();
let problems = 0;

async function check(name, action) {
  const page = await openPage(browser, { token: values.token });
  try {
    await action(page);
  } catch (error) {
    ++problems;
    console.log(`${name}: ${error.message}`);
  }
  await page.close();
}

// Requests are seen, and may be answered by `answer(request)`: {after (ms), body}.
async function watch(page, answer = () => null) {
  const seen = [];
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    seen.push({ method: request.method(), url: request.url(), body: request.postData() });
    const own = answer(request);
    if (!own) return request.continue();
    return setTimeout(() => request.respond({ status: 200, contentType: "application/json",
      body: JSON.stringify(own.body) }).catch(() => {}), own.after);
  });
  return seen;
}

const taskOf = (id) => ({ id, state: "ready", destination: "d", account: "1", attempts: [],
  accepted_at: "2026-01-01T00:00:00.000Z" });
const first = "01890000-0000-7000-8000-000000000001";
const second = "01890000-0000-7000-8000-000000000002";

await check("an older search does not overwrite a newer one", async (page) => {
  await watch(page, (request) => {
    const text = new URL(request.url()).searchParams.get("text");
    if (text === "slow") return { after: 900, body: { tasks: [taskOf(first)], total: null, next: null } };
    if (text === "quick") return { after: 0, body: { tasks: [taskOf(second)], total: null, next: null } };
    return null;
  });
  await shown(page, `${base}#/tasks`);
  await page.evaluate(() => {
    const form = document.getElementById("task-search");
    for (const text of ["slow", "quick"]) {
      form.elements.text.value = text;
      form.requestSubmit();
    }
  });
  await page.waitForFunction((id) => document.getElementById("tasks").textContent.includes(id), {}, second);
  await page.waitForNetworkIdle({ idleTime: 1000, concurrency: 2 });
  const rows = await page.$eval("#tasks", (body) => body.textContent);
  assert(rows.includes(second) && !rows.includes(first), rows);
});

await check("an older task does not overwrite a newer one", async (page) => {
  await watch(page, (request) => {
    const id = /v1\/tasks\/([0-9a-f-]{36})(\/explain)?$/.exec(request.url())?.[1];
    if (!id) return null;
    const body = request.url().endsWith("explain") ? { reasons: [], state: "ready" } : taskOf(id);
    return { after: id === first ? 900 : 0, body };
  });
  await shown(page, `${base}#/overview`);
  await page.evaluate((ids) => { for (const id of ids) location.hash = `#/task/${id}`; }, [first, second]);
  await page.waitForFunction((id) => document.getElementById("task-id").textContent === id &&
    document.querySelector("#task-actions button"), {}, second);
  await page.waitForNetworkIdle({ idleTime: 1000, concurrency: 2 });
  assert.equal(await page.$eval("#task-id", (each) => each.textContent), second);
});

await check("a second click does nothing while the first is at work", async (page) => {
  const seen = await watch(page, (request) =>
    (request.method() === "POST" ? { after: 3000, body: {} } : null));
  await shown(page, `${base}#/destinations`);
  await page.waitForSelector(`[data-key="switch ${values.destination}"]`);
  // Drawn anew in between, as every two seconds.
  for (let i = 0; i < 2; ++i) {
    await page.$eval(`[data-key="switch ${values.destination}"]`, (button) => button.click());
    await page.evaluate(() => views.destinations.refresh());
  }
  await page.$eval(`[data-key="switch ${values.destination}"]`, (button) => button.click());
  assert.equal(seen.filter(({ method }) => method === "POST").length, 1);
});

await check("a purge says what was shown", async (page) => {
  const seen = await watch(page);
  await shown(page, `${base}#/destinations`);
  await page.waitForSelector(`[data-key="purge ${values.destination}"]`);
  await page.$eval(`[data-key="purge ${values.destination}"]`, (button) => button.click());
  await page.waitForSelector("#confirm[open]");
  const said = await page.$eval("#confirm-yes", (button) => button.textContent);
  await page.click("#confirm-yes");
  await page.waitForFunction(() => /cancelled/.test(document.getElementById("notice-text").textContent));
  const sent = seen.filter(({ method }) => method === "POST");
  assert.equal(sent.length, 1);
  const body = JSON.parse(sent[0].body);
  assert.equal(body.destination, values.destination);
  assert(body.expected > 0 && said.includes(String(body.expected)), said);
  assert.match(body.before, /^\d{4}-.*Z$/);
});

await check("what was found is sent anew or cancelled as it was counted", async (page) => {
  const seen = await watch(page, (request) => {
    if (request.method() !== "POST") return null;
    const { dry_run: isCount } = JSON.parse(request.postData());
    return { after: 0, body: isCount ? { matched: 3, job: null }
      : { id: "1", action: "cancel", state: "ended", matched: 3, done: 3, refused: 0 } };
  });
  await shown(page, `${base}#/tasks?destination=${values.destination}&state=ready`);
  for (const verb of ["cancel", "replay"]) {
    await page.waitForFunction(() => views.tasks.pages.at);
    // The form says something else by now.
    await page.$eval("#task-search", (form) => form.reset());
    const before = seen.length;
    await page.click(`#${verb}-found`);
    await page.waitForSelector("#confirm[open]");
    await page.click("#confirm-yes");
    await page.waitForFunction(() => /cancelled/.test(document.getElementById("notice-text").textContent));
    const [counted, done] = seen.slice(before).filter(({ method }) => method === "POST")
      .map(({ url, body }) => ({ url, ...JSON.parse(body) }));
    assert(counted.dry_run && counted.url.endsWith(`v1/tasks:${verb}`), counted.url);
    assert.equal(done.destination, values.destination);
    assert.equal(done.state, "ready");
    assert.equal(done.expected, 3);
    assert.match(done.before, /^\d{4}-.*Z$/);
    await page.evaluate(() => notice(""));
  }
});

// As the gateway tells them: one that is well, one that fails, one that the configuration has lost.
const destinationOf = (name, more) => ({ name, state: "open", url: `https://${name}.example.com/`,
  tasks: { scheduled: 0, ready: 2, in_flight: 0, retry_wait: 0, dead: 0 }, rate: null,
  concurrency: { limit: 8, most: 8, in_flight: 0, adaptive: false },
  retry_budget: { retries: 0, attempts: 0, available: null, held: 0 },
  last_minute: { attempts: 50, delivered: 50 }, last_error: null, ...more });
const destinations = [destinationOf("well"),
  destinationOf("failing", { last_minute: { attempts: 50, delivered: 10 },
    last_error: { text: "answered 503", at: "2026-01-01T00:00:00.000Z" } }),
  destinationOf("lost", { state: "not_configured", url: null, paused: true, by: "anna" })];
const tellDestinations = (request) =>
  (/v1\/destinations$/.test(request.url()) ? { after: 0, body: { destinations } } : null);
const namesIn = (page) => page.$$eval("#destinations strong", (all) => all.map((each) => each.textContent));

await check("destinations are found by name, and those in trouble alone", async (page) => {
  await watch(page, tellDestinations);
  await shown(page, `${base}#/destinations?find=fail`);
  assert.deepEqual(await namesIn(page), ["failing"]);
  await page.evaluate(() => { document.getElementById("destinations-find").value = ""; });
  await page.click("#destinations-troubled");
  assert.deepEqual(await namesIn(page), ["failing", "lost"]);
  const note = await page.$eval("#destinations-note", (each) => each.textContent);
  assert.equal(note, "2 of 3 shown, 2 in trouble");
  const lost = await page.$eval("#destinations tr:last-child", (row) => row.textContent);
  assert(lost.includes("not configured") && lost.includes("paused by anna"), lost);
  assert(await page.$('[data-key="purge lost"]'), "what waits for it cannot be purged");
  assert(!await page.$('[data-key="switch lost"]'), "it can be resumed");
});

await check("the overview names what is in trouble", async (page) => {
  await watch(page, tellDestinations);
  await shown(page, `${base}#/overview`);
  await page.waitForSelector("#troubles:not([hidden])");
  const said = await page.$$eval("#troubled li", (all) => all.map((each) => each.textContent));
  assert.equal(said.length, 2);
  assert(/failing.*20 % of 50 attempts delivered.*answered 503/.test(said[0]), said[0]);
  await page.click('[data-key="trouble failing"]');
  await page.waitForFunction(() => location.hash === "#/destinations?find=failing");
});

await check("a start that takes longer than a refresh is no error", async (page) => {
  await watch(page, (request) => (/v1\/accounts$/.test(request.url())
    ? { after: 4500, body: { accounts: [] } } : null));
  await shown(page, `${base}#/jobs`);
  assert.equal(await page.$eval("#notice-text", (each) => each.textContent), "");
});

await check("a job that nobody has counted shows no share", async (page) => {
  await shown(page, `${base}#/overview`);
  const drawn = (job) => page.evaluate((each) => {
    const made = jobProgress({ id: "1", action: "redrive", matched: 5, done: 5, refused: 0, ...each });
    return [made.querySelector("progress").getAttribute("value"), made.textContent];
  }, job);
  assert.deepEqual(await drawn({ state: "running" }), [null, "5 redriven so far"]);
  assert.deepEqual(await drawn({ state: "running", expected: 90 }), ["5", "5 of 90 redriven"]);
  assert.deepEqual(await drawn({ state: "ended" }), ["5", "5 of 5 redriven"]);
});

await check("a request is copied as a command that sends the same", async (page) => {
  await shown(page, `${base}#/overview`);
  const odd = "it's \"quoted\"\n$HOME `id` \\ !\r\n@file ß";
  const bytes = Buffer.from([0, 1, 255, 10, 39, 92]);
  const cases = [
    { request: { method: "POST", url: "http://h/a?b=c&d='e'", headers: { "X-A": "it's", "X-Empty": "" }, body: odd },
      has: ["-X", "POST", "http://h/a?b=c&d='e'", "X-A: it's", "X-Empty;", "Content-Type:", "--data-raw", odd] },
    { request: { method: "PUT", url: "http://h/[1]{2}", headers: { "Content-Type": "text/plain" }, body: "@file" },
      has: ["-g", "--data-raw", "@file", "Content-Type: text/plain"], lacks: ["Content-Type:"] },
    { request: { method: "HEAD", url: "http://h/", headers: { Host: "h" } }, has: ["--head"],
      lacks: ["-X", "--data-raw", "Host: h"] },
    { request: { method: "POST", url: "http://h/", headers: { "Content-Encoding": "gzip" }, body: "x", decoded_from: "gzip" },
      lacks: ["Content-Encoding: gzip"] },
    { request: { method: "POST", url: "http://h/", headers: {}, body_base64: bytes.toString("base64") },
      has: ["--data-binary", "@-"], input: bytes },
  ];
  for (const { request, has = [], lacks = [], input } of cases) {
    const command = await page.evaluate((each) => asCurl(each), request);
    // A curl that says what it was given.
    const said = execFileSync("bash", ["-c", `curl() { printf '%s\\0' "$@"; [ -t 0 ] || cat; }\n${command}`],
      { input: "" });
    const words = said.toString("latin1").split("\0");
    for (const word of has) assert(words.includes(Buffer.from(word).toString("latin1")), `${word} in ${command}`);
    for (const word of lacks) assert(!words.includes(word), `${word} not in ${command}`);
    if (input) assert(said.subarray(-input.length).equals(input), command);
  }
});

await browser.close();
console.log(problems ? `${problems} problems` : "all is well");
process.exit(problems ? 1 : 0);
