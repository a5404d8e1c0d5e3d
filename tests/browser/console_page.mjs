// A page of the console in headless Chromium, for the checks. Ends with 77 where its parts are not
// installed: npm install in this folder, and Chromium.
import fs from "node:fs";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";

const skipped = 77;
const browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(skipped);
}

// The address of the console, and the flags: --token, and what `more` declares.
export function options(more = {}) {
  const { values, positionals } = parseArgs({
    allowPositionals: true, options: { token: { type: "string" }, ...more },
  });
  return { base: positionals[0], values };
}

// The text of a package's file.
export function textOf(file) {
  try {
    return fs.readFileSync(createRequire(import.meta.url).resolve(file), "utf8");
  } catch {
    return skip(`${file} is not installed: npm install in tests/browser`);
  }
}

export async function openBrowser() {
  const executablePath = browsers.find((each) => fs.existsSync(each)) || skip("there is no Chromium");
  let puppeteer;
  try {
    puppeteer = await import("puppeteer-core");
  } catch {
    skip("puppeteer-core is not installed: npm install in tests/browser");
  }
  return puppeteer.launch({
    executablePath, headless: true, protocolTimeout: 240000,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
  });
}

// `said(text)` hears what the scripts complain of.
export async function openPage(browser, { token = "", size = { width: 1280, height: 900 },
  scheme = "light", said = () => {} } = {}) {
  const page = await browser.newPage();
  await page.setViewport(size);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  page.on("pageerror", (error) => said(`script error: ${error.message}`));
  page.on("console", (line) => { if (line.type() === "error") said(`console: ${line.text()}`); });
  await page.evaluateOnNewDocument((given) => {
    if (given && location.protocol.startsWith("http")) sessionStorage.setItem("sluice-admin-token", given);
  }, token);
  return page;
}

// Goes there, and waits until the view has what it shows.
export async function shown(page, url) {
  await page.goto("about:blank");
  await page.goto(url, { waitUntil: "domcontentloaded" });
  await page.waitForFunction(() => document.body.dataset.state === "shown", { timeout: 60000, polling: 100 });
}
