// The frame: which view is shown, keys, language and looks, and what every view hears of changes.

import { ask, listen, otherSession } from "/api.js";
import { callsView } from "/calls.js";
import { causesView } from "/causes.js";
import { devicesView } from "/devices.js";
import { add, at, el, show, toast } from "/dom.js";
import { domainsView, undoButton } from "/domains.js";
import { number } from "/format.js";
import { restoreSince, said, setLang, setTheme, showLang, state, t } from "/state.js";

const THEMES = ["auto", "light", "dark"];
// What comes in faster is shown together.
const SETTLES_MS = 500;

const go = (hash) => { location.hash = hash; };
const views = { causes: causesView(go), calls: callsView(go), devices: devicesView(go), domains: domainsView(go) };
let current = null;
let isThere = true;

function where() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [name, id] = path.split("/");
  return { name: views[name] ? name : "causes", id: id ? decodeURIComponent(id) : null, query: new URLSearchParams(query ?? "") };
}

async function route() {
  const asked = where();
  drawNav(asked.name);
  document.title = `${t(asked.name)} · ${t("title")}`;
  try {
    if (current?.name === asked.name && current.view.again) { await current.view.again(asked); return; }
    current?.view.leave();
    current = { name: asked.name, view: views[asked.name] };
    await current.view.enter(at("view"), asked);
  } catch (error) { failed(error); }
}

function failed(error) {
  if (error.text) toast(said(error.text));
  else if (error.status === 0) setThere(false);
  else throw error;
}
addEventListener("unhandledrejection", (event) => {
  if (event.reason?.text || event.reason?.status === 0) { event.preventDefault(); failed(event.reason); }
});

function drawNav(name) {
  show(at("views"), Object.keys(views).map((each) => el("a", { href: `#/${each}`, "aria-current": each === name ? "page" : null, dataset: { key: each } }, t(each),
    each === "causes" && state.session?.debug_only ? el("span", { class: "count", title: t("n_debug_only", number(state.session.debug_only)) }, number(state.session.debug_only)) : null)));
}

function drawFrame() {
  at("title").textContent = t("title");
  at("lang").textContent = t("to_lang");
  at("lang").setAttribute("aria-label", t("lang_label"));
  at("theme").textContent = t(`theme_${state.theme}`);
  at("theme").setAttribute("aria-label", t("theme_label", t(`theme_${state.theme}`)));
  at("help").setAttribute("aria-label", t("help"));
  drawSession();
  drawNav(where().name);
}

function drawSession() {
  const { session } = state;
  at("connection").className = !isThere ? "gone" : session?.live ? "there" : "past";
  at("connection").textContent = !isThere ? t("lost") : session?.live ? t("connected") : session ? t("past") : "";
  if (!session) return;
  show(at("session"), sessionChoice(session), " ", modes(session),
    el("span", { class: "tag" }, t(`scope_${session.scope}`)), " ", el("span", { class: "summary" }, t("summary", number(session.calls), number(session.failed), number(session.debug_only))));
  const told = [];
  for (const { problem } of session.policy.policies) if (problem) told.push(el("pre", {}, `${t("problem")}\n${said(problem)}`));
  for (const [appid, count] of Object.entries(session.foreign_appids).slice(0, 5)) told.push(el("p", {}, t("unjudged", appid, number(count))));
  if (session.policy.last) told.push(el("p", {}, undoButton(session.policy.last, async () => changed(["policy"]))));
  show(at("notices"), told);
}

function modes(session) {
  const { policies } = session.policy;
  if (policies.length < 2) return [el("span", { class: `tag mode-${session.mode}` }, t(`mode_${session.mode}`)), " "];
  return policies.map(({ appid, mode }) => [el("span", { class: `tag mode-${mode}` }, `${appid}: ${t(`mode_${mode}`)}`), " "]);
}

// The sessions that lie beside this one can be opened in its place.
let others = [];
function sessionChoice(session) {
  if (!others.length) return el("b", {}, session.name);
  const here = otherSession ? [["", t("this_run")], [session.name, session.name]] : [["", session.name]];
  const rest = others.filter((name) => name !== session.name).map((name) => [name, name]);
  return el("select", { "aria-label": t("sessions"), dataset: { key: "sessions" }, onchange: (event) => {
    location.href = event.target.value ? `/?session=${encodeURIComponent(event.target.value)}` : "/";
  } }, [...here, ...rest].map(([value, name]) => el("option", { value, selected: name === session.name && value === (otherSession ?? "") }, name)));
}

function setThere(now) {
  if (isThere === now) return;
  isThere = now;
  drawSession();
}

let waiting = null;
const names = new Set();
async function changed(more) {
  for (const name of more) names.add(name);
  if (waiting !== null) return;
  waiting = setTimeout(async () => {
    waiting = null;
    const told = [...names];
    names.clear();
    try {
      state.session = await ask("session");
      drawSession();
      drawNav(where().name);
      await current?.view.changed(told);
    } catch (error) { failed(error); }
  }, SETTLES_MS);
}

function help() {
  const row = (key, text) => [el("dt", {}, key.split(" ").map((each) => el("kbd", {}, each))), el("dd", {}, text)];
  show(at("keys"), el("form", { method: "dialog" }, el("button", { type: "submit", class: "back", "aria-label": t("close") }, "✕")),
    el("h2", {}, t("keys")), el("dl", {}, row("j k", t("key_move")), row("Enter", t("key_open")), row("/", t("key_filter")), row("m", t("key_mark")), row("Esc", t("key_close")), row("1 2 3 4", t("key_views")), row("?", t("key_help"))),
    el("h2", {}, t("filter_help")), el("p", {}, t("help_text")),
    el("dl", {}, ["code", "host", "api", "device", "appid", "errno", "outcome", "release", "method", "status", "mode"].map((key) => [el("dt", {}, el("code", {}, `${t(`k_${key}`)}:`)), el("dd", {}, t(`ex_${key}`))]),
      el("dt", {}, el("code", {}, state.lang === "zh" ? "仅调试可用" : "debug-only")), el("dd", {}, t("section_debug-only")),
      el("dt", {}, "…"), el("dd", {}, t("ex_text"))));
  at("keys").showModal();
}

function spoken(lang) {
  setLang(lang);
  drawFrame();
  current?.view.leave();
  current = null;
  return route();
}

at("lang").addEventListener("click", () => spoken(state.lang === "zh" ? "en" : "zh"));
at("theme").addEventListener("click", () => { setTheme(THEMES[(THEMES.indexOf(state.theme) + 1) % THEMES.length]); drawFrame(); });
at("help").addEventListener("click", help);
addEventListener("hashchange", route);
addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea, select, dialog");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?") { event.preventDefault(); help(); return; }
  const name = Object.keys(views)[Number(event.key) - 1];
  if (name) { go(`#/${name}`); return; }
  if (current?.view.key?.(event)) event.preventDefault();
  else if (event.key === "/") { event.preventDefault(); go("#/calls"); setTimeout(() => at("filter")?.focus(), 100); }
});

setTheme(state.theme);
showLang(state.lang);
add(at("view"), [el("p", {}, t("loading"))]);
try {
  state.session = await ask("session");
  restoreSince();
  others = (await (await fetch("/api/sessions")).json()).others ?? [];
} catch (error) { failed(error); }
drawFrame();
await route();
listen(changed, setThere);
