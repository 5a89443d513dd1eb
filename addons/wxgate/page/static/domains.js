// Server domains: what is listed and how often it was used, what is missing; and the policy in force.

import { ask, tell } from "/api.js";
import { addButton } from "/causes.js";
import { el, show, toast } from "/dom.js";
import { number } from "/format.js";
import { adminLists } from "/lists.js";
import { said, state, t } from "/state.js";

const MODES = ["release", "debug", "observe"];
const SCOPES = ["miniprogram", "all"];

export const domainsView = (go) => {
  let box = null;
  let found = null;
  let policy = null;

  async function load() {
    [found, policy] = await Promise.all([ask("domains"), ask("policy")]);
    draw();
  }

  function draw() {
    if (!box || !found) return;
    show(box, policyPart(), found.lists.map(category), adminLists(found.lists), notices());
  }

  function policyPart() {
    return el("section", {}, el("h2", {}, t("policy")),
      policy.problem ? el("pre", { class: "mistake", role: "alert" }, `${t("problem")}\n${said(policy.problem)}`) : null,
      el("dl", {}, policy.file ? [el("dt", {}, t("file")), el("dd", {}, policy.file)] : null,
        el("dt", {}, "appid"), el("dd", {}, policy.appid), el("dt", {}, t("edition")), el("dd", {}, said(policy.edition_title)),
        el("dt", {}, t("timeouts")), el("dd", {}, Object.entries(policy.network_timeout_ms).map(([api, ms]) => `${api} ${ms}`).join(" · "))),
      policy.editable ? el("p", { class: "actions" }, choice("mode", MODES), choice("scope", SCOPES)) : el("p", {}, `${t("mode")} ${state.session.mode} · ${t("scope")} ${state.session.scope}`),
      policy.last ? el("p", { class: "actions" }, undoButton(policy.last, load)) : null);
  }

  function choice(name, values) {
    return el("label", {}, t(name), " ", el("select", { dataset: { key: name }, onchange: async (event) => {
      await tell("policy", { [name]: event.target.value });
      toast(t("switched"));
      await load();
    } }, values.map((value) => el("option", { value, selected: value === policy[name] }, `${value} · ${t(`${name}_${value}`)}`))));
  }

  function category(list) {
    return el("section", {}, el("h2", {}, list.category, " ", el("span", { class: "tag" }, `wx.${list.api}`)),
      el("table", {}, el("thead", {}, el("tr", {}, [t("entry"), t("calls"), t("release_failed")].map((name) => el("th", { scope: "col" }, name)))),
        el("tbody", {}, list.entries.length || list.missing.length ? null : el("tr", {}, el("td", { class: "aside" }, t("nothing"))), list.entries.map((each) => el("tr", {},
          el("td", {}, el("code", {}, each.entry)),
          el("td", {}, each.calls ? el("button", { class: "link", onclick: () => go(`#/calls?f=${encodeURIComponent(`api:${list.api} host:${each.entry.split("//")[1]}`)}`) }, number(each.calls)) : el("span", { class: "aside" }, t("unused"))),
          el("td", {}, number(each.release_failed)))),
        list.missing.map((entry) => el("tr", { class: "missing" }, el("td", {}, el("code", {}, entry)), el("td", {}, el("span", { class: "bad" }, t("missing"))),
          el("td", {}, policy.editable ? addButton({ api: list.api, entry }, load) : null))))));
  }

  function notices() {
    const told = state.session?.notices ?? [];
    return told.length ? el("section", {}, el("h2", {}, t("notices")), el("ul", {}, told.map((each) => el("li", {}, said(each))))) : null;
  }

  return {
    title: "domains",
    enter(view) {
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
  return el("button", { dataset: { key: "undo" }, onclick: async () => {
    await tell("policy/undo", {});
    toast(t("undone"));
    await done();
  } }, t("undo", last.entry));
}
