// A device's last calls: bars from their start to their end, coloured by verdict, over the bands of foreground and background.

import { el, svg } from "/dom.js";
import { clock } from "/format.js";
import { t } from "/state.js";

const LANES = 6;

export function timeline(calls, orders) {
  if (calls.length < 2) return null;
  const begin = Math.min(...calls.map((call) => call.started_at));
  const end = Math.max(...calls.map((call) => call.started_at + call.duration_ms / 1000), begin + 1);
  const x = (at) => ((Math.min(Math.max(at, begin), end) - begin) / (end - begin)) * 1000;
  const bands = bandsOf(orders, begin, end);
  return el("figure", { class: "timeline" },
    svg("svg", { viewBox: "0 0 1000 60", preserveAspectRatio: "none", role: "img", "aria-label": described(calls, bands) },
      bands.map(({ from, to, phase }) => svg("rect", { x: x(from), y: 0, width: Math.max(1, x(to) - x(from)), height: 60, class: phase })),
      calls.map((call, index) => svg("rect", {
        x: x(call.started_at), y: (index % LANES) * 10 + 1, width: Math.max(3, x(call.started_at + call.duration_ms / 1000) - x(call.started_at)), height: 8,
        class: call.debug_only ? "only" : call.release.outcome === "success" ? "good" : "bad",
      }))),
    el("figcaption", { class: "aside" }, `${clock(begin)} – ${clock(end)} · ${t("timeline", calls.length)} `,
      [["good", "b_good"], ["only", "debug_only"], ["bad", "b_bad"], ["foreground", "state_foreground"], ["background", "state_background"]].map(([kind, word]) =>
        el("span", { class: `legend ${kind}` }, el("i", {}), t(word)))));
}

// An app is in the foreground until it is told otherwise.
function bandsOf(orders, begin, end) {
  const bands = [];
  let phase = "foreground";
  let since = begin;
  for (const order of orders) {
    if (order.state !== "background" && order.state !== "foreground") continue;
    if (order.state === phase) continue;
    if (order.at > since) bands.push({ from: since, to: Math.min(order.at, end), phase });
    [phase, since] = [order.state, Math.max(order.at, begin)];
  }
  if (since < end) bands.push({ from: since, to: end, phase });
  return bands;
}

function described(calls, bands) {
  const failed = calls.filter((call) => call.release.outcome !== "success").length;
  const behind = bands.filter(({ phase }) => phase === "background").length;
  return `${t("timeline", calls.length)}, ${t("release_failed")} ${failed}, ${t("state_background")} ×${behind}`;
}
