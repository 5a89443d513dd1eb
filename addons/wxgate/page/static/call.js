// One call: its three verdicts, what was found, and all that was kept of its traffic. Secrets stay masked unless asked for.

import { ask } from "/api.js";
import { trafficSections } from "/traffic.js";
import { asCurl, asWx } from "/commands.js";
import { fixIn } from "/causes.js";
import { copy, el, show } from "/dom.js";
import { bytes, duration, moment } from "/format.js";
import { marks, said, t, toggleMark } from "/state.js";
import { card, happened } from "/verdicts.js";

export function callPanel(id, { close, onMark }) {
  const box = el("article", { class: "call", "aria-label": t("call") }, el("p", {}, t("loading")));
  const asking = new AbortController();
  let call = null;
  let withSecrets = false; // for this call and this time only: it is remembered nowhere

  async function load() {
    try {
      call = await ask(`calls/${encodeURIComponent(id)}`, { secrets: withSecrets ? 1 : null }, asking.signal);
      draw();
    } catch (error) {
      if (error.name === "AbortError") return;
      show(box, head(), el("p", { class: "mistake", role: "alert" }, error.status === 404 ? t("gone") : error.text ? said(error.text) : t("lost")));
    }
  }

  function head() {
    return el("header", {}, el("button", { class: "back", dataset: { key: "back" }, onclick: close, "aria-label": t("back") }, "✕"),
      call ? el("h2", {}, el("b", {}, call.method), " ", el("span", { class: "url" }, call.url)) : null);
  }

  function draw() {
    const isMarked = marks().includes(id);
    show(box, head(),
      el("p", { class: "actions" },
        el("button", { dataset: { key: "curl" }, onclick: () => copy(asCurl(call), t("copied")) }, t("as_curl")),
        el("button", { dataset: { key: "wx" }, onclick: () => copy(asWx(call), t("copied")) }, t("as_wx", call.api)),
        el("button", { dataset: { key: "link" }, onclick: () => copy(`${location.origin}/${location.search}#/calls/${encodeURIComponent(id)}`, t("copied")) }, t("link")),
        el("button", { dataset: { key: "mark" }, "aria-pressed": String(isMarked), onclick: () => { toggleMark(id); onMark(); draw(); } }, isMarked ? `★ ${t("unmark")}` : `☆ ${t("mark")}`),
        el("label", { class: "switch", title: t("secrets_note") },
          el("input", { type: "checkbox", checked: withSecrets, dataset: { key: "secrets" }, onchange: (event) => { withSecrets = event.target.checked; load(); } }), " ", t("secrets"))),
      el("div", { class: "cards" },
        card(t("now"), happened(call), call.acted === "fail" ? t("refused") : call.acted === "hold" ? t("held") : null),
        card(t("release"), call.release, call.passes_now ? t("passes_now") : null),
        card(t("debug"), call.debug, call.debug_only ? t("debug_only") : null)),
      el("section", {}, el("h3", {}, t("why")), call.findings.length ? together(call.findings).map(finding) : el("p", {}, t("nothing_found"))),
      trafficSections(call, withSecrets),
      about());
  }

  // What says one thing of several platforms is shown once, as grave as it is anywhere.
  function together(findings) {
    const made = new Map();
    const graver = ["violation", "warning", "note"];
    for (const each of [...findings].sort((one, other) => graver.indexOf(one.severity) - graver.indexOf(other.severity))) {
      const key = `${each.code} ${each.message.en}`;
      if (!made.has(key)) made.set(key, { ...each, spread: [] });
      made.get(key).spread.push([each.status === "not_observable" ? "not_observable" : each.severity, each.platforms]);
    }
    return [...made.values()];
  }

  function finding(each) {
    const isEverywhere = each.spread.length === 1 && each.platforms.length >= 3;
    return el("div", { class: `finding ${each.severity}` },
      el("h4", {}, said(each.title), " ", el("code", {}, each.code), " ",
        each.spread.map(([kind, platforms]) => [el("span", { class: `tag ${kind}` }, isEverywhere ? t(kind) : `${platforms.join(", ")}: ${t(kind)}`), " "])),
      el("p", {}, said(each.message)), el("p", { class: "fix" }, el("b", {}, t("fix")), " ", fixIn(each, call.policy)),
      el("p", { class: "aside" }, `${t("clause")} `, said(each.clause)));
  }

  /* One name where all platforms share a list of roots, else each platform's. */
  function stores(byPlatform) {
    const named = Object.entries(byPlatform ?? {});
    const one = new Set(named.map(([, name]) => name));
    return one.size === 1 ? [...one] : named.map(([platform, name]) => `${platform}: ${name}`);
  }

  function about() {
    const { server } = call.traffic;
    const encoding = call.encoding;
    const rows = [
      ["started", moment(call.started_at)], ["device", call.device], ["client", call.client], ["k_appid", call.appid], ["version", call.version], ["judged_by", call.policy],
      ["confidence", t(`conf_${call.api_confidence}`)], ["mode", call.mode], ["sizes", `${bytes(call.request_bytes)} / ${bytes(call.response_bytes)}`],
      ["queued", call.queued_ms ? duration(call.queued_ms) : null], ["server", server ? [server.address, server.peer, server.sni].filter(Boolean).join(" · ") : null],
      ["tls", call.tls ? [call.tls.version, call.tls.cipher, ...stores(call.tls.trust_stores)].filter((each) => typeof each === "string").join(" · ") || null : null],
      ["encoding", encoding ? [encoding.declared, encoding.detected, encoding.bom, encoding.conversion].filter(Boolean).join(" · ") : null],
    ];
    return el("section", {}, el("h3", {}, t("about")),
      el("dl", {}, rows.filter(([, value]) => value).map(([name, value]) => [el("dt", {}, t(name)), el("dd", {}, value)])));
  }

  return { id, element: box, load, redraw: () => call && draw(), leave: () => asking.abort() };
}
