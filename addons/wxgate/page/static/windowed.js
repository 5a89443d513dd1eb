// A list of any length: only the rows that are seen are in the document, and only their pages in memory.

import { el, show } from "/dom.js";

const PAGE = 100;
const MOST_PAGES = 12;
const BEYOND = 6; // rows above and below what is seen
// Browsers draw nothing beyond some 16 million pixels: a longer list is scrolled in proportion.
const TALLEST = 8_000_000;

export class WindowedList {
  // ``ask(start, length)`` gives {matching, rows}; ``draw(row, index)`` an element; ``told(answer)`` hears each first answer.
  constructor(box, { ask, draw, told, failed, rowHeight }) {
    Object.assign(this, { box, ask, draw, told, failed, rowHeight });
    this.sizer = el("div", { class: "sizer", role: "presentation" });
    this.pages = new Map();
    this.asked = new Set();
    this.matching = 0;
    this.generation = 0;
    this.drawing = null;
    box.replaceChildren(this.sizer);
    box.addEventListener("scroll", () => this.drawSoon(), { passive: true });
    new ResizeObserver(() => this.layout()).observe(box);
  }

  // Another question: from the top.
  async reset() {
    this.generation += 1;
    this.broken = false;
    this.asked.clear();
    this.stale();
    this.box.scrollTop = 0;
    await this.load(0);
  }

  // The same question, whose answer may have changed. What is shown stays until the new is there.
  async refresh() {
    this.broken = false;
    this.stale();
    await this.load(Math.floor(this.first() / PAGE));
  }

  row(index) {
    return this.pages.get(Math.floor(index / PAGE))?.rows[index % PAGE];
  }

  stale() {
    for (const page of this.pages.values()) page.stale = true;
  }

  first() {
    const seen = this.box.clientHeight / this.rowHeight();
    const whole = this.matching * this.rowHeight();
    if (whole <= TALLEST) return Math.floor(this.box.scrollTop / this.rowHeight());
    const share = this.box.scrollTop / Math.max(1, TALLEST - this.box.clientHeight);
    return Math.floor(share * Math.max(0, this.matching - seen));
  }

  scrollTo(index) {
    const first = this.first();
    const seen = Math.max(1, Math.floor(this.box.clientHeight / this.rowHeight()) - 1);
    if (index >= first && index < first + seen) return;
    const top = index < first ? index : index - seen + 1;
    const whole = this.matching * this.rowHeight();
    this.box.scrollTop = whole <= TALLEST
      ? top * this.rowHeight()
      : (top / Math.max(1, this.matching - seen)) * (TALLEST - this.box.clientHeight);
    this.layout();
  }

  async load(page) {
    if (this.asked.has(page)) return;
    const { generation } = this;
    this.asked.add(page);
    try {
      const answer = await this.ask(page * PAGE, PAGE);
      if (generation !== this.generation) return;
      const more = answer.matching - this.matching;
      if (more !== 0) {
        this.stale();
        // What is being read stays where it is while newer calls come in above it.
        if (more > 0 && this.box.scrollTop > 0 && this.matching > 0) this.box.scrollTop += more * this.rowHeight();
      }
      this.matching = answer.matching;
      this.pages.delete(page);
      this.pages.set(page, { rows: answer.rows, stale: false });
      while (this.pages.size > MOST_PAGES) this.pages.delete(this.pages.keys().next().value);
      this.told?.(answer);
    } catch (error) {
      if (generation !== this.generation) return;
      this.broken = true; // nobody is asked again and again who does not answer
      this.failed?.(error);
    } finally {
      if (generation === this.generation) this.asked.delete(page);
    }
    this.layout();
  }

  drawSoon() {
    this.drawing ??= requestAnimationFrame(() => { this.drawing = null; this.layout(); });
  }

  layout() {
    const height = this.rowHeight();
    const whole = Math.min(this.matching * height, TALLEST);
    this.sizer.style.height = `${whole}px`;
    const first = Math.max(0, this.first() - BEYOND);
    const last = Math.min(this.matching, this.first() + Math.ceil(this.box.clientHeight / height) + BEYOND);
    const shift = this.matching * height <= TALLEST ? 0 : this.box.scrollTop - this.first() * height;
    const rows = [];
    const missing = new Set();
    for (let index = first; index < last; index += 1) {
      const page = this.pages.get(Math.floor(index / PAGE));
      if (!page || page.stale) missing.add(Math.floor(index / PAGE));
      const item = page?.rows[index % PAGE];
      const row = item ? this.draw(item, index) : el("div", { class: "row waiting", role: "presentation" });
      row.style.top = `${index * height + shift}px`;
      rows.push(row);
    }
    show(this.sizer, rows);
    if (!this.broken) for (const page of missing) this.load(page);
  }
}
