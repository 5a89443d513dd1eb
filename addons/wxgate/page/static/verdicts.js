// The three verdicts of a call side by side: what happened, what release does, what debugging hides.

import { el } from "/dom.js";
import { reason, whole } from "/format.js";
import { t } from "/state.js";

export function happened(call) {
  return { outcome: call.outcome, errno: call.errno, errmsg: call.errmsg };
}

// One verdict in a list. Colour never stands alone: the sign says it too.
export function short(verdict, detail, extra = "") {
  const isGood = verdict.outcome === "success";
  return el("span", { class: `verdict ${isGood ? "good" : "bad"} ${extra}`, title: whole(verdict) },
    el("b", { "aria-hidden": "true" }, isGood ? "✓" : "✗"), " ", detail ?? (isGood ? t("ok") : reason(verdict)));
}

export function card(title, verdict, note) {
  const isGood = verdict.outcome === "success";
  return el("div", { class: `card ${isGood ? "good" : "bad"}` },
    el("h3", {}, title), el("p", { class: "outcome" }, isGood ? `✓ ${t("ok")}` : `✗ ${t("failed")}`),
    el("code", {}, whole(verdict)), note ? el("p", { class: "aside" }, note) : null);
}
