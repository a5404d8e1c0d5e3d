// Takes the console of a demonstration (make_pictures.sh).
//
//   node make_pictures.mjs URL --token TOKEN --into DIRECTORY [--all]
import path from "node:path";
import { openBrowser, openPage, options, shown } from "./console_page.mjs";

const { base, values } = options({ into: { type: "string" }, all: { type: "boolean" } });
const wide = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
// A document shows how it looks, not every view.
const documented = [["overview", "light"], ["task", "light"]];
const views = ["overview", "destinations", "tasks", "task", "dead", "jobs", "events", "agents", "links",
  "accounts", "configuration", "members"];

const headers = { Authorization: `Bearer ${values.token}` };
const found = await (await fetch(`${base}v1/tasks?client=order-473`, { headers })).json();
const task = found.tasks[0].id;

const browser = await openBrowser();
async function take(view, scheme, size, name, fullPage = false) {
  const page = await openPage(browser, { token: values.token, size, scheme });
  await shown(page, `${base}#/${view === "task" ? `task/${task}` : view}`);
  await new Promise((done) => { setTimeout(done, 2500); });
  await page.screenshot({ path: path.join(values.into, `${name}.png`), fullPage });
  await page.close();
}
if (values.all) {
  for (const view of views) {
    for (const scheme of ["light", "dark"]) {
      for (const size of [wide, phone]) await take(view, scheme, size, `${view}-${size.width}-${scheme}`, true);
    }
  }
} else {
  for (const [view, scheme] of documented) await take(view, scheme, wide, `console-${view}`);
}
await browser.close();
