// The filter line with its completion, and the quick filters that write into it.

import { ask } from "/api.js";
import { el, show } from "/dom.js";
import { state, t } from "/state.js";

const KEYS = ["code", "host", "api", "device", "appid", "errno", "outcome", "release", "method", "status", "mode"];
const APIS = ["request", "uploadFile", "downloadFile", "connectSocket"];
const SETTLES_MS = 60;

const words = (line) => line.match(/-?[^\s"]*"[^"]*"?|\S+/g) ?? [];
const debugOnly = () => (state.lang === "zh" ? "仅调试可用" : "debug-only");
const SAME = [["debug-only", "仅调试可用"], ["failed", "失败"]];
const has = (line, word) => {
  const alike = SAME.find((pair) => pair.includes(word)) ?? [word];
  return words(line).some((each) => alike.includes(each));
};
const without = (line, word) => {
  const alike = SAME.find((pair) => pair.includes(word)) ?? [word];
  return words(line).filter((each) => !alike.includes(each)).join(" ");
};

export function filterBar({ onFilter, tools }) {
  const known = { codes: [], hosts: [], devices: [] };
  const input = el("input", {
    id: "filter", type: "search", value: state.filter, placeholder: t("filter_hint"), autocomplete: "off", spellcheck: false, maxLength: 3000,
    "aria-label": t("filter"), role: "combobox", "aria-expanded": "false", "aria-controls": "completions", "aria-autocomplete": "list",
  });
  const completions = el("ul", { id: "completions", role: "listbox", hidden: true });
  const mistake = el("p", { class: "mistake", role: "alert" });
  const quick = el("div", { class: "quick", role: "group", "aria-label": t("quick") });
  let chosen = -1;
  let waiting = null;

  function set(line) {
    input.value = line;
    changed();
  }
  function changed() {
    clearTimeout(waiting);
    waiting = setTimeout(() => { state.filter = input.value.trim(); drawQuick(); onFilter(); }, SETTLES_MS);
  }
  function chip(word, label) {
    const isOn = has(input.value, word);
    return el("button", { class: `chip ${isOn ? "on" : ""}`, "aria-pressed": String(isOn), dataset: { key: `chip ${word}` }, onclick: () =>
      set(isOn ? without(input.value, word) : `${input.value} ${word}`.trim()) }, label);
  }
  function choice(label, key, values) {
    return el("select", { "aria-label": label, onchange: (event) => set(`${input.value} ${key}:${event.target.value}`.trim()) },
      el("option", { value: "" }, label), values.map(([value, count]) => el("option", { value }, count === null ? value : `${value}  (${count})`)));
  }
  function drawQuick() {
    show(quick, chip(debugOnly(), t("debug_only")), chip(state.lang === "zh" ? "失败" : "failed", t("failed")),
      chip("release:fail", t("release_failed")),
      choice(t("any_api"), "api", APIS.map((api) => [api, null])), choice(t("any_code"), "code", known.codes),
      choice(t("any_device"), "device", known.devices), choice(t("any_host"), "host", known.hosts));
  }

  // What the word at the cursor may go on to.
  function proposals() {
    const [, minus, word] = /(?:^|\s)(-?)(\S*)$/.exec(input.value.slice(0, input.selectionStart));
    const [key, value] = word.split(/[:：](.*)/s);
    if (value === undefined) {
      const names = KEYS.map((name) => `${t(`k_${name}`)}:`).concat(debugOnly());
      return word ? names.filter((name) => name.startsWith(word.toLowerCase()) && name !== word).map((name) => [minus + name, t(`ex_${KEYS.find((each) => `${t(`k_${each}`)}:` === name) ?? ""}`)]) : [];
    }
    const of = KEYS.find((name) => key.toLowerCase() === name || key === t(`k_${name}`));
    const values = { code: known.codes, host: known.hosts, device: known.devices, api: APIS.map((api) => [api]), outcome: [["success"], ["fail"]], release: [["success"], ["fail"]], mode: [["release"], ["debug"], ["observe"]] }[of] ?? [];
    return values.filter(([each]) => each.toLowerCase().includes(value.toLowerCase()) && each !== value).map(([each, count]) => [`${minus}${key}:${each}`, count ?? ""]);
  }
  function complete() {
    const found = proposals().slice(0, 8);
    chosen = Math.min(chosen, found.length - 1);
    completions.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    show(completions, found.map(([text, note], index) => el("li", {
      id: `completion-${index}`, role: "option", "aria-selected": String(index === chosen), onmousedown: (event) => { event.preventDefault(); take(text); },
    }, el("span", {}, text), el("small", {}, note.startsWith?.("ex_") ? "" : note))));
    if (chosen >= 0) input.setAttribute("aria-activedescendant", `completion-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
    return found;
  }
  function take(text) {
    const caret = input.selectionStart;
    const before = input.value.slice(0, caret).replace(/\S*$/, "") + text + (text.endsWith(":") ? "" : " ");
    input.value = before + input.value.slice(caret).trimStart();
    input.setSelectionRange(before.length, before.length);
    chosen = -1;
    complete();
    changed();
  }
  const hide = () => { completions.hidden = true; chosen = -1; input.setAttribute("aria-expanded", "false"); };
  input.addEventListener("input", () => { complete(); changed(); });
  input.addEventListener("blur", hide);
  input.addEventListener("keydown", (event) => {
    const found = completions.hidden ? [] : proposals().slice(0, 8);
    if (event.key === "Escape") { hide(); input.blur(); }
    else if (event.key === "ArrowDown" && found.length) { event.preventDefault(); chosen = (chosen + 1) % found.length; complete(); }
    else if (event.key === "ArrowUp" && found.length) { event.preventDefault(); chosen = (chosen + found.length - 1) % found.length; complete(); }
    else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) { event.preventDefault(); take(found[chosen][0]); }
    else if (event.key === "Enter") { hide(); changed(); }
  });

  async function learn() {
    const [causes, domains, devices] = await Promise.all([ask("causes"), ask("domains"), ask("devices")]);
    const codes = new Map();
    for (const { finding, calls } of causes.causes) codes.set(finding.code, (codes.get(finding.code) ?? 0) + calls);
    const hosts = new Map();
    for (const { host, calls } of domains.hosts) hosts.set(host, (hosts.get(host) ?? 0) + calls);
    known.codes = [...codes];
    known.hosts = [...hosts].slice(0, 200);
    known.devices = devices.devices.map(({ device, calls }) => [device, calls]);
    drawQuick();
  }
  drawQuick();
  learn().catch(() => {});

  return {
    element: el("div", { class: "filterbar" }, el("div", { class: "line" }, input, completions, tools), quick, mistake),
    focus: () => { input.focus(); input.select(); },
    say: (text) => { mistake.textContent = text; },
    set,
  };
}
