// What is wrong, by cause: the view one lands on.

import { ask, tell } from "/api.js";
import { copy, el, show, toast } from "/dom.js";
import { number, whole } from "/format.js";
import { adminLists } from "/lists.js";
import { said, state, t } from "/state.js";

export const causesView = (go) => {
  let box = null;
  let found = null;

  async function load() {
    found = await ask("causes", { since: state.since });
    draw();
  }

  function draw() {
    if (!box || !found) return;
    show(box, found.causes.length ? sections() : welcome(), adminLists(found.lists));
  }

  function welcome() {
    if (found.total) return el("p", { class: "big good" }, "✓ ", t("all_well", number(found.matching)));
    // Before anything else: calls that are refused on the phone never come here.
    const untrusting = Object.entries(state.session?.untrusting ?? {});
    if (untrusting.length) return untrusting.slice(0, 5).map(([device, hosts]) => el("p", { class: "big" }, t("untrusting", device, hosts.slice(0, 3).join(", "))));
    const seen = Object.values(state.session?.counts ?? {}).some(Boolean);
    return el("p", { class: "big" }, seen ? t("only_others", state.session.scope) : t("no_calls_yet"));
  }

  function sections() {
    const made = [];
    for (const name of [...new Set(found.causes.map((cause) => cause.section))]) {
      const causes = found.causes.filter((cause) => cause.section === name);
      const isQuiet = name === "note" || name === "not observable";
      made.push(el(isQuiet ? "details" : "section", { class: `section ${name.replace(" ", "-")}` },
        isQuiet ? el("summary", {}, heading(name, causes)) : heading(name, causes), causes.map(one)));
    }
    if (found.more > 0) made.push(el("p", { class: "aside" }, t("more", number(found.more))));
    return made;
  }

  const heading = (name, causes) => el("h2", {}, t(`section_${name}`), " ", el("span", { class: "count" }, t("n_causes", number(causes.length))));

  function one(cause) {
    const { finding } = cause;
    const line = Object.entries(cause.lines).flatMap(([api, lines]) => lines.map((entry) => ({ api, entry, policy: cause.policy })));
    return el("article", { class: `cause ${finding.severity} ${cause.passes_now ? "settled" : ""}`, dataset: { code: finding.code } },
      el("header", {},
        el("h3", {}, said(finding.title)), el("code", { class: "code" }, finding.code),
        cause.api ? el("span", { class: "tag" }, `wx.${cause.api}`) : null,
        cause.policy ? el("span", { class: "tag policy" }, cause.policy) : null,
        el("button", { class: "count link", dataset: { key: `calls ${cause.example}${finding.code}` }, onclick: () => go(callsOf(cause)) }, t("n_calls", number(cause.calls)))),
      el("p", { class: "message" }, said(finding.message)),
      el("p", { class: "fix" }, el("b", {}, t("fix")), " ", fixIn(cause.finding, cause.policy)),
      cause.passes_now ? el("p", { class: "settled" }, "✓ ", t("settled")) : null,
      el("p", { class: "hosts" }, cause.hosts.map(({ host, calls }) =>
        el("button", { class: "chip", title: t("n_calls", number(calls)), onclick: () => go(callsOf(cause, host)) }, host || "—", el("small", {}, ` ${number(calls)}`))),
        cause.more_hosts ? el("span", { class: "aside" }, t("more", cause.more_hosts)) : null),
      el("p", { class: "actions" },
        line.filter(() => state.session?.policy?.editable && !cause.passes_now).map((each) => addButton(each, load, addWords(each, Object.keys(cause.lines).length > 1))),
        el("button", { onclick: () => copy(fixText(cause), t("copied")) }, t("copy_fix")),
        el("button", { onclick: () => go(`#/calls/${encodeURIComponent(cause.example)}`) }, t("show_example"))),
      el("details", {}, el("summary", {}, t("meaning")),
        el("p", {}, said(finding.meaning)), el("p", {}, el("b", {}, t("on_phone")), " ", said(finding.phone)),
        finding.causes.length ? el("div", {}, el("b", {}, t("typical")), el("ul", {}, finding.causes.map((each) => el("li", {}, said(each))))) : null,
        el("dl", {},
          el("dt", {}, t("release")), el("dd", {}, el("code", {}, whole(cause.release))),
          el("dt", {}, t("debug")), el("dd", {}, el("code", {}, whole(cause.debug))),
          el("dt", {}, t("example")), el("dd", {}, `${cause.method} ${cause.example_url}`),
          el("dt", {}, t("clause")), el("dd", {}, said(finding.clause)))));
  }

  const fixText = (cause) => `${cause.finding.code}  ${cause.subject || cause.hosts[0]?.host || ""}\n${said(cause.finding.message)}\n${t("fix")} ${fixIn(cause.finding, cause.policy)}\n`;

  function callsOf(cause, host = null) {
    const words = [`code:${cause.finding.code}`];
    if (cause.api) words.push(`api:${cause.api}`);
    if (host || cause.hosts.length === 1) words.push(`host:${host ?? cause.hosts[0].host}`);
    if (cause.policy && cause.policy !== "any") words.push(`appid:${cause.policy}`);
    if (cause.section === "debug-only") words.push(state.lang === "zh" ? "仅调试可用" : "debug-only");
    return `#/calls?f=${encodeURIComponent(words.join(" "))}`;
  }

  return {
    title: "causes",
    enter(view) {
      box = el("div", { class: "causes" }, el("p", {}, t("loading")));
      show(view, box);
      draw();
      return load();
    },
    leave() { box = null; },
    changed: (names) => (names.includes("calls") || names.includes("policy") ? load() : null),
  };
};

// The same entry for several lists needs the list's name.
const addWords = ({ api, entry, policy }, namesList) => t("add_line", entry, namesList ? `${fileName(policy)} · ${api}` : fileName(policy));

// ``policy`` is the appid of the one that is meant, where several are in force.
export function addButton({ api, entry, policy }, done, words) {
  return el("button", { class: "primary", dataset: { key: `add ${api} ${entry}${policy ? ` ${policy}` : ""}` }, onclick: async () => {
    const answer = await tell("policy/entries", { api, entry, policy });
    toast(t("added", answer.line));
    await done();
  } }, words);
}

// The name of a policy's file; that of the only one, where the policy has no name of its own.
export function fileName(policy) {
  const policies = state.session?.policy?.policies ?? [];
  const file = policies.find((each) => each.appid === policy)?.file ?? policies[0]?.file;
  return file ? file.split(/[\\/]/).pop() : "policy.yaml";
}

// A fix names the policy's file as it is called here.
export const fixIn = (finding, policy) => said(finding.fix).replaceAll("policy.yaml", fileName(policy));
