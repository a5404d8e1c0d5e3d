// One task: what came, what went, every attempt, why it waits, and what can be done to it.
"use strict";

// --- bodies --------------------------------------------------------------------------------------

function prettyXml(text) {
  const parsed = new DOMParser().parseFromString(text, "application/xml");
  if (parsed.querySelector("parsererror")) return null;
  const lines = [];
  const walk = (node, depth) => {
    const pad = "  ".repeat(depth);
    const attributes = [...node.attributes].map((each) => ` ${each.name}="${each.value}"`).join("");
    const inner = node.children.length ? null : node.textContent;
    if (inner != null) {
      lines.push(inner ? `${pad}<${node.tagName}${attributes}>${inner}</${node.tagName}>`
        : `${pad}<${node.tagName}${attributes}/>`);
      return;
    }
    lines.push(`${pad}<${node.tagName}${attributes}>`);
    for (const child of node.children) walk(child, depth + 1);
    lines.push(`${pad}</${node.tagName}>`);
  };
  walk(parsed.documentElement, 0);
  return lines.join("\n");
}

// JSON and XML are laid out; numbers stay as they are written.
function pretty(text) {
  const start = text.trimStart()[0];
  if (start === "{" || start === "[") {
    try {
      JSON.parse(text);
      return layOut(text);
    } catch { return text; }
  }
  return start === "<" ? prettyXml(text) || text : text;
}

// A JSON text with line ends and blanks, token by token: a large number is never rounded.
function layOut(text) {
  let out = "";
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  for (const [part] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const isEmpty = (part === "}" && out.endsWith("{")) || (part === "]" && out.endsWith("["));
    if (part === "}" || part === "]") {
      --depth;
      out += isEmpty ? part : line() + part;
      continue;
    }
    if (out.endsWith("{") || out.endsWith("[")) out += line();
    out += part;
    if (part === "{" || part === "[") ++depth;
    if (part === ",") out += line();
    if (part === ":") out += " ";
  }
  return out;
}

// --- requests ------------------------------------------------------------------------------------

function requestBlock(title, request, { note, none } = {}) {
  const head = [element("h3", {}, title, note ? element("small", {}, note) : null)];
  if (!request) return element("section", { class: "request" }, head, element("p", { class: "quiet" }, none));
  if (request.problem) {
    return element("section", { class: "request" }, head, element("p", { class: "wrong" }, request.problem));
  }
  const headers = Object.entries(request.headers || {});
  const body = request.body ?? null;
  return element("section", { class: "request" }, head,
    element("p", { class: "line" }, element("b", {}, request.method), ` ${request.url}`),
    headers.length ? element("dl", { class: "headers" }, headers.flatMap(([name, value]) =>
      [element("dt", {}, name), element("dd", {}, value)])) : null,
    body === null ? element("p", { class: "quiet" }, bodyMissing(request))
      : body === "" ? element("p", { class: "quiet" }, "No body.")
        : element("pre", { tabindex: "0", "aria-label": `${title}: body` }, pretty(body)),
    request.is_cut ? element("p", { class: "quiet" },
      `Cut: ${bytes(request.size)} came in, limits.received says how much is kept.`) : null,
    request.decoded_from ? element("p", { class: "quiet" },
      `It was coded with ${request.decoded_from}; this is what it holds.`) : null,
    request.batch ? element("p", { class: "quiet" },
      `Travelled in ${request.batch}; this is the task's own part.`) : null);
}

function bodyMissing(request) {
  if (request.not_shown) return request.not_shown;
  if (request.body_base64 != null) return `Not text: ${bytes(atob(request.body_base64).length)}.`;
  if (request.kept_by) {
    return element("span", {}, "The body is kept by the first task of the call, ",
      taskLink(request.kept_by), ".");
  }
  return "The body is not kept or may not be shown: bodies are shown to who holds the admin token.";
}

// As one word of a POSIX shell, whatever is in it.
function quoted(text) { return `'${String(text).replaceAll("'", "'\\''")}'`; }

// A command that sends the same bytes, but for what is hidden. Bytes that are no text come by a
// pipe: a command line cannot hold them.
function asCurl(request) {
  const isCoded = request.body_base64 != null;
  // curl waits for a body behind -X HEAD, and reads [] and {} of a URL as patterns.
  const method = request.method === "HEAD" ? "--head" : `-X ${quoted(request.method)}`;
  const lines = [`curl ${/[[\]{}]/.test(request.url) ? "-g " : ""}${method} ${quoted(request.url)}`];
  const headers = Object.entries(request.headers || {}).filter(([name]) =>
    !/^(host|content-length|accept-encoding)$/i.test(name) &&
    !(request.decoded_from && /^content-encoding$/i.test(name)));
  // An empty field has a semicolon: with a colon curl would leave it out.
  for (const [name, value] of headers)
    lines.push(`-H ${quoted(value === "" ? `${name};` : `${name}: ${value}`)}`);
  const hasBody = isCoded || Boolean(request.body);
  const hasType = headers.some(([name]) => /^content-type$/i.test(name));
  if (hasBody && !hasType) lines.push("-H 'Content-Type:'"); // else curl says it is a form
  if (isCoded) lines.push("--data-binary @-");
  else if (request.body) lines.push(`--data-raw ${quoted(request.body)}`);
  const command = lines.join(" \\\n  ");
  return isCoded ? `printf %s ${quoted(request.body_base64)} | base64 -d | ${command}` : command;
}

async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    notice(said, true);
  } catch {
    // Without a secure context there is no clipboard: it is shown to be copied by hand.
    $("copy-text").value = text;
    $("copy").showModal();
    $("copy-text").select();
  }
}

// --- what happened -------------------------------------------------------------------------------

function reasonLine(reason) {
  const parts = [words(reason.kind) + byWords(reason.kind, reason.by)];
  if (reason.until) parts.push(`until ${when(reason.until)}`);
  if (reason.ahead) parts.push(`behind ${tasksOf(reason.ahead)}`);
  return element("li", {}, parts.join(" "));
}

function attemptItem(attempt) {
  const isGood = attempt.status >= 200 && attempt.status < 300 && !attempt.error;
  return element("li", { class: isGood ? "good" : "bad" },
    element("p", {}, moment(attempt.at), element("b", {}, ` Attempt ${attempt.n}: ` +
      (attempt.status ? `HTTP ${attempt.status}` : attempt.error)),
    element("span", { class: "quiet" }, ` ${milliseconds(attempt.duration_ms)}`)),
    attempt.detail && attempt.detail !== `answered ${attempt.status}`
      ? element("p", { class: "quiet" }, attempt.detail) : null,
    attempt.response ? element("pre", { tabindex: "0", "aria-label": `Answer to attempt ${attempt.n}` },
      pretty(attempt.response)) : null);
}

function timeline(task) {
  const items = [element("li", {}, element("p", {}, moment(task.accepted_at),
    element("b", {}, task.replay_of ? " Sent anew" : " Accepted")),
    task.replay_of ? element("p", {}, "as a copy of ", taskLink(task.replay_of),
      element("span", { class: "quiet" }, ` by ${task.replayed_by}`)) : null)];
  // Attempts from before that time were made in an earlier life: it was redriven then.
  const earlier = task.attempts.filter((each) => each.at < task.not_before);
  const isRedriven = earlier.length > 0 || task.redriven_by;
  items.push(...earlier.map(attemptItem));
  if (task.not_before && task.not_before > task.accepted_at) {
    items.push(element("li", {}, element("p", {}, moment(task.not_before),
      element("b", {}, isRedriven ? " Redriven" : " Due")),
      task.redriven_by ? element("p", { class: "quiet" }, `by ${task.redriven_by}`) : null));
  }
  items.push(...task.attempts.slice(earlier.length).map(attemptItem));
  const gates = gateWords(task);
  if (gates) {
    items.push(element("li", { class: "ahead" }, element("p", {}, element("b", {}, sentence(gates)))));
  } else if (task.next_attempt_at) {
    items.push(element("li", { class: "ahead" },
      element("p", {}, moment(task.next_attempt_at),
        element("b", {}, isPast(task.next_attempt_at) ? " Due since then" : " Next attempt"))));
  }
  if (task.finished_at) {
    const isGood = task.state === "delivered";
    items.push(element("li", { class: isGood ? "good" : "bad" },
      element("p", {}, moment(task.finished_at), element("b", {}, ` ${sentence(task.state)}`)),
      task.dead_reason ? element("p", {}, task.dead_reason) : null,
      task.cancelled_by ? element("p", { class: "quiet" }, `by ${task.cancelled_by}`) : null));
  }
  return element("ol", { class: "timeline" }, items);
}

// --- the view ------------------------------------------------------------------------------------

function taskActions(task) {
  const button = (text, method, path, said, looks = "") => element("button", {
    class: `small ${looks}`, "data-key": text, onclick: acting(async () => {
      const answer = await call(method, path);
      notice(said(answer), true);
      await views.task.load(task.id);
    }),
  }, text);
  const own = `v1/tasks/${task.id}`;
  const isWaiting = ["scheduled", "ready", "retry_wait"].includes(task.state);
  const request = task.sent?.url ? task.sent : task.would_send?.url ? task.would_send : null;
  return [
    isWaiting && button("Cancel", "DELETE", own, () => `${task.id} is cancelled.`, "danger"),
    task.state === "dead" && button("Redrive", "POST", `v1/dead/${task.id}/redrive`,
      () => `${task.id} is ready again.`),
    !isWaiting && button("Replay as a new task", "POST", `${own}/replay`,
      (answer) => `The new task is ${answer.id}.`),
    request && element("button", { class: "small", "data-key": "curl",
      onclick: acting(() => copy(asCurl(request), "The request is on the clipboard, without its secrets.")) },
    "Copy as curl"),
  ].filter(Boolean);
}

const shownElsewhere = new Set(["id", "state", "attempts", "held", "received", "sent", "would_send",
  "accepted_at", "not_before", "next_attempt_at", "finished_at", "dead_reason", "cancelled_by", "replay_of", "replayed_by", "redriven_by", "result"]);

function taskFacts(task) {
  const rest = Object.entries(task).filter(([name, value]) =>
    value != null && value !== "" && !shownElsewhere.has(name));
  return rest.flatMap(([name, value]) => [element("dt", {}, sentence(name)),
    element("dd", {}, /_at$/.test(name) ? moment(value) : String(value))]);
}

// Mapped variables by name, as the caller gets them.
function resultBlock(result) {
  const isNamed = Array.isArray(result) && result.every((each) => typeof each?.name === "string");
  if (!isNamed) return element("pre", { tabindex: "0", "aria-label": "Result" }, JSON.stringify(result, null, 2));
  return element("dl", { class: "named" }, result.flatMap(({ name, value }) => [
    element("dt", { class: "id" }, name),
    element("dd", {}, value === "" || value == null ? element("span", { class: "quiet" }, "empty") : String(value)),
  ]));
}

views.task = {
  turns: new turns(),
  async show(rest) { await this.load(rest); },

  async load(id) {
    const isLast = this.turns.take();
    $("task-id").textContent = id;
    let task;
    let why;
    try {
      [task, why] = await Promise.all([
        call("GET", `v1/tasks/${segment(id)}`), call("GET", `v1/tasks/${segment(id)}/explain`)]);
    } catch (error) {
      if (!isLast()) return;
      $("task-state").replaceChildren();
      $("task-actions").replaceChildren();
      const more = error.status === 404 ? " What has ended is kept for a while: [retention] says how long." : "";
      $("task-body").replaceChildren(element("p", { class: "empty" }, error.message + more));
      return;
    }
    if (!isLast()) return;
    $("task-state").replaceChildren(taskPill(task.state));
    refill($("task-actions"), taskActions(task));
    const holds = why.reasons.map(reasonLine);
    if (why.ahead) holds.push(element("li", {}, `${tasksOf(why.ahead)} ${why.ahead === 1 ? "goes" : "go"} before it`));
    $("task-body").replaceChildren(
      holds.length ? element("section", { class: "why" }, element("h3", {}, "Why it has not been sent"),
        element("ul", {}, holds)) : "",
      element("div", { class: "halves" },
        element("section", {}, element("h3", {}, "What happened"), timeline(task),
          element("dl", {}, taskFacts(task)),
          task.result ? [element("h3", {}, "Result"), resultBlock(task.result)] : null),
        element("div", {},
          requestBlock("Received", task.received, { none: "It came with no call that is known." }),
          task.would_send ? requestBlock("Would be sent", task.would_send)
            : requestBlock("Sent", task.sent, { note: task.sent && "rendered again",
              none: "It cannot be read back." }))));
  },
};
