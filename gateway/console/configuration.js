// The configuration in force, table by table, without its secrets.
"use strict";

// [{name, lines}]: the tables of a TOML text; what stands before the first is the process's own.
function tomlTables(text) {
  const tables = [{ name: "", lines: [] }];
  for (const line of text.split("\n")) {
    if (/^\s*\[/.test(line)) tables.push({ name: line.trim(), lines: [] });
    else tables.at(-1).lines.push(line);
  }
  return tables.filter(({ name, lines }) => name || lines.some((line) => line.trim()));
}

// Lines without the indentation that all of them have, and without blank ones around them.
function tidied(lines) {
  const text = lines.join("\n").replace(/^\s*\n/, "").trimEnd();
  const depths = text.split("\n").filter((line) => line.trim()).map((line) => /^ */.exec(line)[0].length);
  const depth = depths.length ? Math.min(...depths) : 0;
  return text.split("\n").map((line) => line.slice(depth)).join("\n");
}

function tomlLines(text) {
  return text.split(/(["']<redacted>["'])/).map((piece, i) =>
    (i % 2 ? element("span", { class: "redacted" }, "hidden") : piece));
}

function tableCard({ name, lines }) {
  const title = name || "The process";
  // Of several accounts or destinations, which.
  const which = lines.map((line) => /^\s*(?:name|id|path) = ["'](.*)["']$/.exec(line)?.[1]).find(Boolean);
  const text = tidied(lines);
  return element("section", { class: "card" }, element("h3", {}, name ? element("span", { class: "id" }, title) : title,
      name.startsWith("[[") && which ? ` ${which}` : null),
    text ? element("pre", { tabindex: "0", "aria-label": title }, tomlLines(text))
      : element("p", { class: "quiet" }, "Nothing but its name."));
}

views.configuration = {
  turns: new turns(),
  async show() {
    const isLast = this.turns.take();
    let text;
    try {
      text = await callText("v1/config");
    } catch (error) {
      if (isLast()) $("configuration").replaceChildren(element("p", { class: "empty" }, error.message));
      return;
    }
    if (!isLast()) return;
    this.text = text;
    this.draw();
  },

  draw() {
    const wanted = $("configuration-find").value.trim().toLowerCase();
    const tables = tomlTables(this.text || "").filter(({ name, lines }) =>
      [name, ...lines].some((line) => line.toLowerCase().includes(wanted)));
    $("configuration").replaceChildren(...tables.length ? tables.map(tableCard)
      : [element("p", { class: "empty" }, "No table has that in it.")]);
    const taken = shell.sums.get("sluice_config_last_reload_success_timestamp_seconds");
    const isRefused = shell.sums.get("sluice_config_last_reload_success") === 0;
    $("configuration-note").textContent = (taken ? `in force since ${when(new Date(taken * 1000).toISOString())}` : "") +
      (isRefused ? "; the last reload was refused: the log says why" : "");
    $("configuration-note").className = isRefused ? "bad-text" : "quiet";
  },
};

$("configuration-find").addEventListener("input", () => views.configuration.draw());
$("configuration-copy").addEventListener("click", acting(() =>
  copy(views.configuration.text || "", "The configuration is on the clipboard, without its secrets.")));
