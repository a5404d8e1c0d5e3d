// Curves over time as SVG: no library, drawn anew at each refresh.
"use strict";

const svgSpace = "http://www.w3.org/2000/svg";
function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(svgSpace, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// The next of 1, 2, 5, 10, … above a value.
function niceTop(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= value * 0.999);
}

// Times that a clock on the wall would show, at most so many of them.
function roundTimes(begin, end, most) {
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440].map((each) => each * 60000)
    .find((each) => (end - begin) / each <= most) || end - begin;
  const shift = Date.parse(`${dateAndTime(new Date(end)).join("T")}Z`) - Math.floor(end / 1000) * 1000;
  const times = [];
  for (let at = Math.ceil((begin + shift) / step) * step - shift; at <= end; at += step) times.push(at);
  return times;
}

function clockText(ms) { return dateAndTime(new Date(ms))[1].slice(0, 5); }

// The same for milliseconds as people read them: half of it is a round figure, too.
const roundDurations = [[1000, [1, 2, 4, 10, 20, 40, 60]], [60000, [2, 4, 10, 20, 40, 60]],
  [3600000, [2, 4, 8, 12, 24, 48]]].flatMap(([unit, values]) => values.map((each) => each * unit));
function niceDuration(value) {
  if (value <= 500) return niceTop(value);
  return roundDurations.find((each) => each >= value * 0.999) || 86400000 * niceTop(value / 86400000);
}

// Series of one length without the time before the gateway's first reading, but for the last steps: a
// gateway that has just started would draw its curves at the very edge.
const leastSteps = 24;
function sinceFirst(series) {
  const length = series.waiting?.length || 0;
  const first = (series.waiting || []).findIndex((value) => value != null);
  const from = first < 0 ? 0 : Math.max(0, Math.min(first, length - leastSteps));
  return Object.fromEntries(Object.entries(series).map(([name, values]) => [name, values.slice(from)]));
}

// One figure with a title, a legend that shows the values under the cursor, and the curves.
// `curves`: [{name, looks, values}] of one length; the last value belongs to `end` (ms).
class chart {
  constructor(host, { title, format, nice = niceTop, note = "" }) {
    this.format = format;
    this.nice = nice;
    this.title = title;
    this.legend = element("p", { class: "legend" });
    this.plot = element("div", { class: "plot", tabindex: "0", role: "img" });
    host.replaceChildren(element("h3", {}, title, note && element("small", {}, note)),
      this.legend, this.plot);
    this.plot.addEventListener("pointermove", (event) => {
      const box = this.plot.getBoundingClientRect();
      this.point((event.clientX - box.left - chart.left) / (box.width - chart.left - chart.right));
    });
    for (const leaving of ["pointerleave", "blur"])
      this.plot.addEventListener(leaving, () => this.point(null));
    this.plot.addEventListener("keydown", (event) => this.step(event));
    new ResizeObserver(() => this.draw()).observe(this.plot);
  }

  show(curves, end, stepMs) {
    Object.assign(this, { curves, end, stepMs });
    this.draw();
  }

  // The cursor at a share of the width; null: none, and the newest values are shown.
  point(share) {
    this.at = share == null || share < 0 || share > 1 ? null
      : Math.round(share * (this.length - 1));
    this.draw();
  }

  step(event) {
    const last = this.length - 1;
    const here = this.at ?? last;
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.point(Math.min(Math.max(to, 0), last) / Math.max(last, 1));
  }

  get length() { return this.curves?.[0]?.values.length || 0; }

  draw() {
    const width = this.plot.clientWidth;
    if (!this.curves || !width) return;
    const inner = { width: width - chart.left - chart.right, height: chart.height - 26 };
    const values = this.curves.flatMap((each) => each.values.filter((value) => value != null));
    const top = this.nice(Math.max(0, ...values));
    const x = (i) => chart.left + inner.width * i / Math.max(1, this.length - 1);
    const y = (value) => 8 + inner.height * (1 - value / top);
    const picture = svg("svg", { width, height: chart.height, "aria-hidden": "true" });
    this.drawGrid(picture, top, x, y, width);
    for (const curve of this.curves) {
      picture.append(svg("path", { class: `curve ${curve.looks}`, d: chart.path(curve.values, x, y) }));
    }
    if (this.at != null) {
      picture.append(svg("line", { class: "cursor", x1: x(this.at), x2: x(this.at), y1: 8,
        y2: 8 + inner.height }));
    }
    this.plot.replaceChildren(picture);
    this.tell();
  }

  drawGrid(picture, top, x, y, width) {
    for (const value of [0, top / 2, top]) {
      picture.append(svg("line", { class: "grid", x1: chart.left, x2: width - chart.right,
        y1: y(value), y2: y(value) }));
      const label = svg("text", { x: chart.left - 6, y: y(value) + 4, "text-anchor": "end" });
      label.textContent = this.format(value);
      picture.append(label);
    }
    const begin = this.timeAt(0);
    for (const at of roundTimes(begin, this.end, width < 420 ? 3 : 5)) {
      const place = x((at - begin) / this.stepMs);
      const label = svg("text", { x: place, y: chart.height - 4, "text-anchor":
        place < chart.left + 16 ? "start" : place > width - chart.right - 16 ? "end" : "middle" });
      label.textContent = clockText(at);
      picture.append(label);
    }
  }

  timeAt(i) { return this.end - (this.length - 1 - i) * this.stepMs; }

  // The legend, and the same for who does not see the curves.
  tell() {
    const at = this.at ?? this.length - 1;
    const newest = (curve) => curve.values[at] ?? (this.at == null
      ? curve.values.findLast((value) => value != null) : null);
    this.legend.replaceChildren(
      ...this.curves.map((curve) => element("span", {},
        element("i", { class: `key ${curve.looks}` }), `${curve.name} `,
        element("b", {}, newest(curve) == null ? "–" : this.format(newest(curve))))),
      this.at == null ? "" : element("span", { class: "quiet" }, dateAndTime(new Date(this.timeAt(at)))[1]));
    this.plot.setAttribute("aria-label", `${this.title}. ` + this.curves.map((curve) => {
      const known = curve.values.filter((value) => value != null);
      return known.length ? `${curve.name}: now ${this.format(known.at(-1))}, ` +
        `at most ${this.format(Math.max(...known))}` : `${curve.name}: no values yet`;
    }).join(". "));
  }

  // Gaps where the gateway did not run.
  static path(values, x, y) {
    let d = "";
    let isDown = false;
    values.forEach((value, i) => {
      if (value == null) { isDown = false; return; }
      d += `${isDown ? "L" : "M"}${x(i).toFixed(1)},${y(value).toFixed(1)} `;
      // A value alone between two gaps is a dot.
      if (!isDown && values[i + 1] == null) d += "h0.01 ";
      isDown = true;
    });
    return d;
  }
}
chart.left = 56;
chart.right = 10;
chart.height = 150;

// How much of a limit is used.
function meter(label, value, most, text) {
  const share = most ? Math.min(1, value / most) : 0;
  const looks = share > 0.9 ? "bad" : share > 0.7 ? "warn" : "";
  const fill = element("i", { class: looks });
  fill.style.width = `${Math.max(share * 100, share > 0 ? 0.5 : 0)}%`;
  return element("div", { class: "meter" },
    element("span", {}, label), element("span", { class: "quiet" }, text),
    element("div", { class: "track", role: "meter", "aria-label": label, "aria-valuemin": "0",
      "aria-valuemax": "100", "aria-valuenow": String(Math.round(share * 100)) }, fill));
}
