// Calls: a list of any length, filtered in the store, with one of them open beside it (or over it, on a phone).

import { address, ask } from "/api.js";
import { callPanel } from "/call.js";
import { el, show } from "/dom.js";
import { filterBar } from "/filterbar.js";
import { clock, duration, number, pathOf, reason } from "/format.js";
import { marks, said, setSince, state, t, toggleMark } from "/state.js";
import { happened, short } from "/verdicts.js";
import { WindowedList } from "/windowed.js";

const NARROW = window.matchMedia("(max-width: 700px)");
const rowHeight = () => (NARROW.matches ? 68 : 34);

export const callsView = (go) => {
  let list = null;
  let bar = null;
  let parts = null;
  let selected = null; // {id, index}
  let open = null;
  let onlyMarked = false;
  let newCalls = 0;
  let total = null;

  const query = () => ({ filter: filterLine(), since: state.since, until: state.until });
  const filterLine = () => (onlyMarked ? `${state.filter} ${(marks().length ? marks() : ["-"]).map((id) => `id:${id}`).join(" ")}` : state.filter);

  async function window_(start, length) {
    const answer = await ask("calls", { ...query(), start, length });
    return { matching: answer.matching, rows: answer.calls, total: answer.total };
  }

  function told(answer) {
    bar.say("");
    const news = total === null ? 0 : answer.total - total;
    if (state.until !== null && news > 0) newCalls = news;
    if (state.until === null) total = answer.total;
    show(parts.count, t("of", number(answer.matching), number(answer.total)));
    parts.box.setAttribute("aria-rowcount", String(answer.matching));
    show(parts.empty, answer.matching ? null : t(answer.total ? "no_match" : "no_calls_yet"));
    drawTools();
  }

  function failed(error) {
    bar.say(error.text ? said(error.text) : t("lost"));
  }

  function draw(call, index) {
    const { host, path, scheme } = pathOf(call.url);
    const isMarked = marks().includes(call.id);
    const classes = ["row", call.debug_only ? "debug-only" : "", selected?.id === call.id ? "selected" : ""].join(" ");
    return el("div", {
      class: classes, role: "row", "aria-rowindex": index + 1, "aria-selected": String(selected?.id === call.id), tabindex: selected?.id === call.id || (!selected && index === 0) ? 0 : -1,
      dataset: { key: call.id }, onclick: () => choose(call.id, index, true),
    },
      cell("when", clock(call.started_at)), cell("device", call.device), cell("api", call.api),
      cell("what", isMarked ? el("span", { class: "flag", title: t("marked") }, "★ ") : null, call.policy ? el("span", { class: "tag policy", title: `${t("judged_by")} ${call.policy}` }, shortId(call.policy)) : null, el("b", {}, call.method), " ", call.policy && scheme === "https://" ? null : el("span", { class: "scheme" }, scheme), el("span", { class: "host" }, host), el("span", { class: "path" }, path)),
      cell("now", short(happened(call), call.outcome === "success" ? call.http_status ?? t("ok") : reason(happened(call)))),
      cell("release", short(call.release, call.passes_now ? "✓ ?" : undefined, call.debug_only ? "only" : "")),
      cell("debug", short(call.debug)), cell("took", duration(call.duration_ms)),
      cell("codes", call.debug_only ? el("span", { class: "badge" }, t("debug_only")) : null,
        call.codes.map(({ code, severity }) => el("span", { class: `code ${severity}` }, code))));
  }

  // Of an appid its end, in the place of https://: the URL beside it must stay readable.
  const shortId = (appid) => (appid.length > 10 ? `${appid.slice(0, 2)}…${appid.slice(-4)}` : appid);

  const cell = (name, ...children) => el("span", { class: `cell ${name}`, role: "gridcell" }, children);

  function choose(id, index, isOpened) {
    selected = { id, index };
    list.layout();
    if (isOpened) go(hash(id));
  }

  const hash = (id) => `#/calls${id ? `/${encodeURIComponent(id)}` : ""}${state.filter ? `?f=${encodeURIComponent(state.filter)}` : ""}`;

  function drawTools() {
    const isPaused = state.until !== null;
    show(parts.tools,
      parts.count,
      state.session?.live ? el("button", { "aria-pressed": String(isPaused), dataset: { key: "pause" }, onclick: pause }, isPaused ? t("resume", number(newCalls)) : t("pause")) : null,
      el("button", { "aria-pressed": String(onlyMarked), dataset: { key: "marked" }, onclick: () => { onlyMarked = !onlyMarked; drawTools(); list.reset(); } }, `★ ${t("marked")} ${marks().length || ""}`),
      state.since === null
        ? el("button", { dataset: { key: "clear" }, onclick: () => { setSince(Date.now() / 1000); list.reset(); } }, t("clear"))
        : el("button", { dataset: { key: "clear" }, onclick: () => { setSince(null); list.reset(); } }, t("uncleared")),
      exports_());
  }

  function exports_() {
    const link = (format) => el("a", { href: address("export", { ...query(), format, lang: state.lang }), download: `calls.${format}` }, format.toUpperCase());
    return el("details", { class: "menu", dataset: { key: "export" } }, el("summary", {}, t("export")),
      el("div", {}, el("p", { class: "aside" }, t("export_note")), ["har", "jsonl", "html"].map(link)));
  }

  function pause() {
    state.until = state.until === null ? Date.now() / 1000 : null;
    newCalls = 0;
    drawTools();
    list.reset();
  }

  function move(by) {
    if (!list?.matching) return;
    const index = Math.min(Math.max((selected?.index ?? -1) + by, 0), list.matching - 1);
    list.scrollTo(index);
    const call = list.row(index);
    if (!call) return;
    choose(call.id, index, open !== null && !NARROW.matches);
    parts.box.querySelector(`[data-key="${CSS.escape(call.id)}"]`)?.focus({ preventScroll: true });
  }

  async function openCall(id) {
    open?.leave();
    open = null;
    parts.root.classList.toggle("opened", Boolean(id));
    if (!id) { show(parts.side); list?.layout(); return; }
    if (selected?.id !== id) selected = { id, index: selected?.index ?? 0 };
    open = callPanel(id, { close: () => go(hash(null)), onMark: () => { list.layout(); drawTools(); } });
    show(parts.side, open.element);
    list?.layout();
    await open.load();
  }

  return {
    title: "calls",
    async enter(view, { id, query: asked }) {
      if (asked.has("f")) state.filter = asked.get("f");
      total = null;
      parts = { count: el("span", { class: "count", role: "status", "aria-live": "polite" }), tools: el("div", { class: "tools" }), empty: el("p", { class: "empty" }), box: el("div", { class: "rows", role: "grid", tabindex: -1, "aria-label": t("list_label") }), side: el("aside", { class: "side" }) };
      bar = filterBar({ tools: parts.tools, onFilter: () => { selected = null; history.replaceState(null, "", hash(open ? open.id : null)); list.reset(); } });
      const columns = el("div", { class: "columns", "aria-hidden": "true" },
        ["time", "device", "API", "url", "now", "release", "debug", "ms", "findings"].map((name, index) => el("span", { class: `cell ${["when", "device", "api", "what", "now", "release", "debug", "took", "codes"][index]}` }, name === "API" ? name : t(name))));
      parts.root = el("div", { class: "calls" }, bar.element, el("div", { class: "split" }, el("div", { class: "list" }, columns, parts.box, parts.empty), parts.side));
      show(view, parts.root);
      list = new WindowedList(parts.box, { ask: window_, draw, told, failed, rowHeight });
      drawTools();
      await Promise.all([list.reset(), openCall(id)]);
    },
    again({ id, query: asked }) {
      const line = asked.get("f") ?? "";
      if (line !== state.filter) bar.set(line);
      if ((open?.id ?? null) !== (id ?? null)) return openCall(id);
      return null;
    },
    leave() { open?.leave(); list = null; parts = null; open = null; },
    changed(names) {
      if (!list || !names.some((name) => name === "calls" || name === "policy")) return null;
      return list.refresh();
    },
    key(event) {
      if (event.key === "j" || event.key === "ArrowDown") move(1);
      else if (event.key === "k" || event.key === "ArrowUp") move(-1);
      else if (event.key === "Enter" && selected && !event.target.closest("button, a, summary, select")) go(hash(selected.id));
      else if (event.key === "Escape" && open) go(hash(null));
      else if (event.key === "m" && selected) { toggleMark(selected.id); list.layout(); drawTools(); open?.redraw(); }
      else if (event.key === "/") bar.focus();
      else return false;
      return true;
    },
  };
};
