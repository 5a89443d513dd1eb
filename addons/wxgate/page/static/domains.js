// Server domains: what is listed and how often it was used, what is missing; and the policy in force.

import { ask, tell } from "/api.js";
import { addButton, fileName } from "/causes.js";
import { el, show, toast } from "/dom.js";
import { moment, number } from "/format.js";
import { adminLists } from "/lists.js";
import { said, state, t } from "/state.js";

const MODES = ["release", "debug", "observe"];
const SCOPES = ["miniprogram", "all"];

export const domainsView = (go) => {
  let box = null;
  let found = null;
  let policy = null;
  let chosen = ""; // the appid of the policy that is shown, where several are in force
  let inputs = {};

  async function load() {
    const asked = { policy: chosen };
    try {
      [found, policy] = await Promise.all([ask("domains", asked), ask("policy", asked)]);
    } catch (error) {
      if (error.status !== 404 || !chosen) throw error;
      chosen = ""; // an edit has given it another appid
      return load();
    }
    chosen = policy.policies.length > 1 ? policy.appid : "";
    return draw();
  }

  function draw() {
    if (!box || !found) return;
    // Nobody's cursor is taken away: what is new is drawn once the input is left.
    const typing = Object.values(inputs).find((input) => input === document.activeElement);
    if (typing) { typing.onblur = () => { typing.onblur = null; setTimeout(draw); }; return; }
    show(box, policyPart(), found.lists.map(category), unlisted(), adminLists(found.lists), hostsPart(), notices());
  }

  function policyPart() {
    return el("section", {}, el("h2", {}, t("policy")), policyChoice(),
      policy.problem ? el("pre", { class: "mistake", role: "alert" }, `${t("problem")}\n${said(policy.problem)}`) : null,
      el("dl", {}, policy.file ? [el("dt", {}, t("file")), el("dd", {}, policy.file)] : null,
        el("dt", {}, "appid"), el("dd", {}, policy.appid), el("dt", {}, t("edition")), el("dd", {}, said(policy.edition_title)),
        el("dt", {}, t("timeouts")), el("dd", {}, Object.entries(policy.network_timeout_ms).map(([api, ms]) => `${api} ${ms}`).join(" · "))),
      policy.editable ? el("p", { class: "actions" }, choice("mode", MODES), chosen ? null : choice("scope", SCOPES)) : el("p", {}, `${t("mode")} ${chosen ? policy.mode : state.session.mode} · ${t("scope")} ${state.session.scope}`),
      policy.last ? el("p", { class: "actions" }, undoButton(policy.last, load)) : null);
  }

  // One policy a mini-program: which of them this view shows and changes.
  function policyChoice() {
    if (!chosen) return null;
    return el("p", { class: "actions" }, el("label", {}, t("policy_of"), " ", el("select", { dataset: { key: "policy" }, onchange: async (event) => {
      chosen = event.target.value;
      await load();
    } }, policy.policies.map((each) => el("option", { value: each.appid, selected: each.appid === chosen }, each.file ? `${each.appid} · ${each.file}` : each.appid)))));
  }

  function choice(name, values) {
    return el("label", {}, t(name), " ", el("select", { dataset: { key: name }, onchange: async (event) => {
      await tell("policy", { [name]: event.target.value, policy: chosen });
      toast(t("switched"));
      await load();
    } }, values.map((value) => el("option", { value, selected: value === policy[name] }, `${value} · ${t(`${name}_${value}`)}`))));
  }

  const callsOf = (api, host) => `#/calls?f=${encodeURIComponent(`api:${api} host:${host}${chosen && chosen !== "any" ? ` appid:${chosen}` : ""}`)}`;
  const hostOf = (entry) => entry.split("//")[1].replace(/:\d+$/, "");

  // Each entry with how often it was used; then what the calls of this session lack.
  function category(list) {
    const unused = list.entries.filter((each) => !each.calls).length;
    return el("section", { dataset: { api: list.api } }, el("h2", {}, list.category, " ", el("span", { class: "tag" }, `wx.${list.api}`), " ",
      el("span", { class: "aside" }, t("entries_of", list.entries.length, unused, list.missing.length))),
      el("table", {}, el("thead", {}, el("tr", {}, [t("entry"), t("hits"), t("release_failed"), t("last_call")].map((name) => el("th", { scope: "col" }, name)))),
        el("tbody", {}, list.entries.length || list.missing.length ? null : el("tr", {}, el("td", { class: "aside", colSpan: 4 }, t("nothing"))),
          list.missing.map((entry, index) => el("tr", { class: "missing" }, el("td", {}, el("code", {}, entry)),
            el("td", {}, el("button", { class: "link", onclick: () => go(callsOf(list.api, hostOf(entry))) }, number(list.missing_calls[index]))),
            el("td", { colSpan: 2 }, el("span", { class: "bad" }, t("missing")), " ", policy.editable ? addButton({ api: list.api, entry, policy: chosen }, load, t("add_here", fileName(chosen))) : null))),
          list.entries.map((each) => el("tr", { class: each.calls ? "" : "unused" },
            el("td", {}, el("code", {}, each.entry)),
            el("td", {}, each.calls ? el("button", { class: "link", onclick: () => go(callsOf(list.api, hostOf(each.entry))) }, number(each.calls)) : el("span", { class: "aside" }, t("unused"))),
            el("td", {}, each.calls ? number(each.release_failed) : ""), el("td", { class: "aside" }, each.last_at ? moment(each.last_at) : ""))))));
  }

  // What no list holds and no line would mend: addresses, localhost, hosts of the platform's own.
  function unlisted() {
    const hosts = found.hosts.filter((each) => each.unlisted);
    return hosts.length ? el("section", { class: "unlisted" }, el("h2", {}, t("not_listed")),
      el("ul", {}, hosts.slice(0, 100).map((each) => el("li", {}, el("code", {}, each.host || "—"), " ", el("span", { class: "tag" }, `wx.${each.api}`), " ",
        el("button", { class: "link", onclick: () => go(callsOf(each.api, each.host)) }, t("n_calls", number(each.calls)))))),
      hosts.length > 100 ? el("p", { class: "aside" }, t("more", number(hosts.length - 100))) : null) : null;
  }

  // Where names live for the proxy alone, as a hosts file would say it.
  function hostsPart() {
    // What is being typed outlives a new drawing.
    const name = inputs.name ??= el("input", { placeholder: "api.example.com", "aria-label": t("host_name"), dataset: { key: "host name" }, maxLength: 253, spellcheck: false });
    const place = inputs.place ??= el("input", { placeholder: "10.0.0.5:8443", "aria-label": t("lives_at"), dataset: { key: "host place" }, maxLength: 300, spellcheck: false });
    const save = async (host, where) => {
      const answer = await tell("policy/hosts", { host, place: where, policy: chosen });
      name.value = place.value = "";
      name.blur();
      place.blur();
      toast(where === null ? t("taken_out", fileName(chosen)) : t("added", answer.line));
      await load();
    };
    const add = () => save(name.value.trim(), place.value.trim());
    for (const each of [name, place]) each.onkeydown = (event) => { if (event.key === "Enter") add(); };
    return el("section", { class: "hosts-map" }, el("h2", {}, t("hosts_map")), el("p", { class: "aside" }, t("hosts_note", fileName(chosen))),
      policy.hosts.length ? el("table", {}, el("thead", {}, el("tr", {}, [t("host_name"), t("lives_at"), ""].map((title) => el("th", { scope: "col" }, title)))),
        el("tbody", {}, policy.hosts.map((each) => el("tr", {}, el("td", {}, el("code", {}, each.host)), el("td", {}, el("code", {}, each.place)),
          el("td", {}, each.typed ? el("span", { class: "aside" }, t("typed")) : policy.editable ? el("button", { dataset: { key: `take out ${each.host}` }, onclick: () => save(each.host, null) }, t("take_out")) : null))))) : el("p", {}, t("nothing")),
      policy.editable ? el("p", { class: "actions" }, name, place, el("button", { class: "primary", dataset: { key: "set host" }, onclick: add }, t("set_host"))) : null);
  }

  function notices() {
    const told = state.session?.notices ?? [];
    return told.length ? el("section", {}, el("h2", {}, t("notices")), el("ul", {}, told.map((each) => el("li", {}, said(each))))) : null;
  }

  return {
    title: "domains",
    enter(view) {
      inputs = {};
      box = el("div", { class: "domains" }, el("p", {}, t("loading")));
      show(view, box);
      draw();
      return load();
    },
    leave() { box = null; },
    changed: () => load(),
  };
};

export function undoButton(last, done) {
  const file = state.session?.policy?.policies?.length > 1 && last.file ? ` (${last.file.split(/[\\/]/).pop()})` : "";
  return el("button", { dataset: { key: "undo" }, onclick: async () => {
    await tell("policy/undo", {});
    toast(t("undone"));
    await done();
  } }, t("undo", last.entry), file);
}
