// Opens every view of the console in headless Chromium and checks: no rule of axe-core is broken
// (WCAG 2.2 AA), nothing scrolls sideways but what is meant to, the scripts report no error, and the
// views can be reached and read by the keyboard alone. At 1280 and 390 pixels, light and dark.
//
//   node check_console.mjs URL [--token TOKEN] [--task ID] [--pictures DIRECTORY] [--views a,b]
//
// Ends with 0 when all is well, with 1 when something is not, with 77 when its parts are not
// installed (npm install in this folder, and Chromium).
import path from "node:path";
import { openBrowser, openPage, options, shown, textOf } from "./console_page.mjs";

const views = ["overview", "destinations", "tasks", "task", "dead", "jobs", "events", "agents",
  "links", "accounts", "configuration", "members"];
const sizes = [{ width: 1280, height: 900 }, { width: 390, height: 844 }];
const schemes = ["light", "dark"];

const { base, values: given } = options({ task: { type: "string" }, pictures: { type: "string" },
  views: { type: "string" } });
const axe = textOf("axe-core/axe.min.js");

let problems = 0;
function wrong(where, what) {
  ++problems;
  console.log(`${where}: ${what}`);
}

// All rules once; colours in the dark, and what a small window changes, by themselves.
function rulesFor(size, scheme) {
  if (scheme === "dark") return { type: "rule", values: ["color-contrast", "link-in-text-block"] };
  if (size.width < 1000) return { type: "rule", values: ["target-size", "scrollable-region-focusable"] };
  return { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
}

// axe-core is put in by the debugger: the page's own policy would not let it load.
async function checkAccessibility(page, where, runOnly) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((rules) =>
    window.axe.run(document, { runOnly: rules }), runOnly);
  for (const each of violations) {
    for (const node of each.nodes.slice(0, 3))
      wrong(where, `${each.id} (${each.help}): ${node.target.join(" ")} ${node.failureSummary.split("\n").slice(1, 2).join("")}`);
  }
}

async function checkWidth(page, where) {
  const over = await page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 0) wrong(where, `is ${over} pixels too wide`);
}

// From the tab of one view to the next by arrows; the panel that is shown has the tab's name.
async function checkKeyboard(page, where) {
  await page.focus("#tab-overview");
  for (const [key, expected] of [["ArrowDown", "destinations"], ["ArrowRight", "tasks"],
    ["ArrowLeft", "destinations"], ["End", "members"], ["Home", "overview"]]) {
    await page.keyboard.press(key);
    const seen = await page.evaluate(() => ({
      focus: document.activeElement?.dataset.view,
      panels: [...document.querySelectorAll("[role=tabpanel]:not([hidden])")].map((each) => each.id),
    }));
    const isRight = seen.focus === expected;
    if (!isRight) wrong(where, `${key} leads to ${seen.focus}, not to ${expected}`);
  }
}

const browser = await openBrowser();
try {
  const chosen = given.views ? given.views.split(",") : views;
  for (const scheme of schemes) {
    for (const size of sizes) {
      let where = "";
      const page = await openPage(browser, { token: given.token, size, scheme,
        said: (text) => wrong(where, text) });
      for (const view of chosen) {
        if (view === "task" && !given.task) continue;
        where = `${view} ${size.width} ${scheme}`;
        await shown(page, `${base}#/${view === "task" ? `task/${given.task}` : view}`);
        if (given.pictures) {
          await page.screenshot({ path: path.join(given.pictures, `${where.replaceAll(" ", "-")}.png`) });
        }
        await checkAccessibility(page, where, rulesFor(size, scheme));
        await checkWidth(page, where);
      }
      if (!given.views) await checkKeyboard(page, `keyboard ${size.width} ${scheme}`);
      await page.close();
    }
  }
} finally {
  await browser.close();
}
console.log(problems ? `${problems} problems` : "all is well");
process.exit(problems ? 1 : 0);
