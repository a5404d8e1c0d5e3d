// The console by the keyboard alone: rows, dialogs and views are reached, used and left by keys, and
// the focus is where it was afterwards. In headless Chromium.
//
//   node check_keyboard.mjs URL --token TOKEN --destination NAME --task ID
//
// NAME has tasks that wait and is left without them; ID is a dead letter of NAME's and is left
// redriven. Ends as check_console.mjs does.
import assert from "node:assert/strict";
import { openBrowser, openPage, shown, options } from "./console_page.mjs";

const { base, values } = options({ destination: { type: "string" }, task: { type: "string" } });
const { destination } = values;
const browser = await openBrowser();
let problems = 0;

async function check(name, view, action) {
  const page = await openPage(browser, { token: values.token });
  try {
    await shown(page, `${base}#/${view}`);
    await page.focus(`#tab-${view.split("/")[0]}`);
    await action(page);
  } catch (error) {
    ++problems;
    console.log(`${name}: ${error.message}`);
  }
  await page.close();
}

// What has the focus: its key, its id, where it leads, or its text.
const focused = (page) => page.evaluate(() => {
  const here = document.activeElement;
  return here?.dataset.key || here?.id || here?.getAttribute("href") ||
    (here === document.body ? "nothing" : here?.textContent);
});

// By the tab key, as often as it takes.
async function tabTo(page, wanted, key = "Tab") {
  const passed = [];
  for (let i = 0; i < 80; ++i) {
    await page.keyboard.press(key);
    const here = await focused(page);
    if (here === wanted) return;
    passed.push(here);
  }
  throw new Error(`${wanted} is not reached by ${key}, but ${passed.join(", ")}`);
}

async function hasFocus(page, wanted) {
  await page.waitForFunction((key) => {
    const here = document.activeElement;
    return [here?.dataset.key, here?.id, here?.getAttribute("href"), here?.textContent].includes(key);
  }, { timeout: 10000 }, wanted).catch(async () => {
    throw new Error(`${await focused(page)} has the focus, not ${wanted}`);
  });
}

const said = (page, text) => page.waitForFunction((part) =>
  document.getElementById("notice-text").textContent.includes(part), { timeout: 10000 }, text);

await check("a destination is paused and resumed where the focus stays", "destinations", async (page) => {
  const key = `switch ${destination}`;
  await tabTo(page, key);
  for (const [verb, label] of [["is paused", "Resume"], ["is resumed", "Pause"]]) {
    await page.keyboard.press("Enter");
    await said(page, verb);
    await hasFocus(page, key);
    // Rows are drawn anew every two seconds.
    await page.evaluate(() => views.destinations.refresh());
    await hasFocus(page, key);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), label);
  }
});

await check("what is open in a row stays open, and closes", "destinations", async (page) => {
  await tabTo(page, `open ${destination}`);
  await page.keyboard.press("Enter");
  await page.evaluate(() => views.destinations.refresh());
  await hasFocus(page, `open ${destination}`);
  const isOpen = () => page.evaluate(() => document.activeElement.parentElement.open);
  assert.equal(await isOpen(), true);
  await page.keyboard.press("Space");
  assert.equal(await isOpen(), false);
});

await check("a dialog holds the focus and gives it back", "destinations", async (page) => {
  const key = `purge ${destination}`;
  await tabTo(page, key);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#confirm[open]");
  await hasFocus(page, "confirm-no"); // what does no harm
  for (let i = 0; i < 6; ++i) {
    await page.keyboard.press("Tab");
    const isBehind = await page.evaluate(() => Boolean(document.activeElement.closest("header, nav, main")));
    assert.equal(isBehind, false, "the focus goes behind the dialog");
  }
  await page.keyboard.press("Escape");
  await page.waitForSelector("#confirm:not([open])");
  await hasFocus(page, key);
  // And once more, to do it.
  await page.keyboard.press("Enter");
  await page.waitForSelector("#confirm[open]");
  await tabTo(page, "confirm-yes", "Tab");
  await page.keyboard.press("Enter");
  await said(page, "cancelled");
  await hasFocus(page, key);
});

await check("a task is opened from the list, and the way back leads to its row", "tasks", async (page) => {
  const link = `#/task/${values.task}`;
  await page.waitForSelector(`a[href="${link}"]`);
  await tabTo(page, link);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#task-actions button"));
  await hasFocus(page, "task-title");
  await page.goBack();
  await hasFocus(page, link);
});

await check("a question is filled in and sent by Enter", "dead", async (page) => {
  await page.waitForSelector(`#dead-groups [data-key^="redrive ${destination}"]`);
  const key = await page.$eval(`#dead-groups [data-key^="redrive ${destination}"]`, (each) => each.dataset.key);
  await tabTo(page, key);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#confirm[open]");
  await page.keyboard.type("1000");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /Job|redriven/.test(document.getElementById("notice-text").textContent));
  // The row is gone, or has new letters by then.
  await page.waitForFunction((own) => document.activeElement.matches("#view-dead h2") ||
    document.activeElement.dataset.key === own, { timeout: 10000 }, key);
});

await check("a search is typed and sent by Enter, and the message is closed", "tasks", async (page) => {
  await tabTo(page, "open-id");
  await page.keyboard.type(values.task);
  await page.keyboard.press("Enter");
  await page.waitForFunction((id) => document.getElementById("task-id").textContent === id, {}, values.task);
  await hasFocus(page, "task-title");
});

await browser.close();
console.log(problems ? `${problems} problems` : "all is well");
process.exit(problems ? 1 : 0);
