// Headers, bodies, messages, certificates and time of a call, as far as the session kept them.

import { address } from "/api.js";
import { el, svg } from "/dom.js";
import { bytes, duration, moment } from "/format.js";
import { t } from "/state.js";

export function trafficSections(call, withSecrets) {
  const { traffic } = call;
  return [
    section(t("timing"), timePicture(traffic.time)),
    traffic.kept ? null : el("p", { class: "aside" }, t("no_flow")),
    traffic.request ? section(t("request"), headers(traffic.request), body(traffic.request.body, call, "request", withSecrets)) : null,
    traffic.kept ? section(t("response"),
      traffic.withheld ? el("p", { class: "aside" }, t("withheld")) : null,
      traffic.response
        ? [el("p", {}, el("code", {}, `${traffic.response.http_version} ${traffic.response.status} ${traffic.response.reason}`)), headers(traffic.response), body(traffic.response.body, call, "response", withSecrets)]
        : el("p", {}, t("no_response"))) : null,
    traffic.messages ? messages(traffic.messages) : null,
    certificates(traffic),
  ];
}

const section = (title, ...children) => el("section", {}, el("h3", {}, title), children);

function headers({ headers: pairs }) {
  return el("details", { open: pairs.length <= 12 }, el("summary", {}, t("headers", pairs.length)),
    el("dl", { class: "headers" }, pairs.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])));
}

function body(found, call, side, withSecrets) {
  const size = found.plain_bytes !== undefined && found.plain_bytes !== found.bytes ? t("size", bytes(found.bytes), bytes(found.plain_bytes)) : bytes(found.bytes);
  if (found.kind === "none") return el("p", { class: "aside" }, t("no_body"));
  if (found.kind === "not kept") return el("p", { class: "aside" }, t("not_kept", bytes(found.bytes), found.sha256));
  if (found.kind === "hidden") return el("p", { class: "aside" }, t("hidden", size));
  if (found.kind === "binary") return el("div", {}, el("p", { class: "aside" }, t("binary", size)), el("pre", { tabindex: 0 }, found.head));
  if (found.kind === "image") {
    return el("figure", {}, el("img", { src: address(`calls/${encodeURIComponent(call.id)}/${side}`, { secrets: withSecrets ? 1 : null }), alt: `${t("body")} ${found.type}` }),
      el("figcaption", { class: "aside" }, `${found.type} · ${size}`));
  }
  const text = el("pre", { class: "body", tabindex: 0 }, found.pretty ?? found.text);
  const toggle = found.pretty === undefined || found.pretty === found.text ? null : el("button", { "aria-pressed": "false", onclick: (event) => {
    const isRaw = event.target.getAttribute("aria-pressed") !== "true";
    event.target.setAttribute("aria-pressed", String(isRaw));
    text.textContent = isRaw ? found.text : found.pretty;
  } }, t("raw"));
  return el("div", {}, el("p", { class: "aside" }, [found.charset, size, found.is_cut ? t("cut") : ""].filter(Boolean).join(" · "), " ", toggle), text);
}

function messages(found) {
  return section(t("messages", found.shown.length, found.total),
    el("ol", { class: "messages" }, found.shown.map((each) => el("li", { class: each.from_client ? "sent" : "received" },
      el("span", { class: "aside" }, `${each.from_client ? "↑" : "↓"} ${t(each.from_client ? "sent" : "received")} · ${bytes(each.bytes)}`),
      el("pre", {}, each.hidden ? t("hidden", bytes(each.bytes)) : each.text ?? each.hex)))),
    found.close_code ? el("p", { class: "aside" }, t("closed", found.close_code, found.close_reason ?? "")) : null);
}

// Where the time went, against the limit: a bar of spans, and the same as a list for whoever sees no bar.
function timePicture({ phases, total_ms: total, limit_ms: limit }) {
  const end = Math.max(total, ...phases.map((each) => each.end_ms), 1);
  const whole = limit && limit < end * 4 ? Math.max(end, limit) : end;
  const x = (ms) => (ms / whole) * 1000;
  return el("div", { class: "time" },
    svg("svg", { viewBox: "0 0 1000 24", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { x: 0, y: 8, width: 1000, height: 8, class: "track" }),
      phases.map((each) => svg("rect", { x: x(each.start_ms), y: 2, width: Math.max(2, x(each.end_ms) - x(each.start_ms)), height: 20, class: `phase ${each.name}` })),
      limit && limit <= whole ? svg("rect", { x: Math.min(996, x(limit)), y: 0, width: 4, height: 24, class: "limit" }) : []),
    el("ul", { class: "phases" }, phases.map((each) => el("li", {}, el("i", { class: `phase ${each.name}` }), `${t(each.name)} ${duration(each.end_ms - each.start_ms)}`)),
      el("li", {}, el("b", {}, t("total", duration(total)))), limit ? el("li", {}, t("limit", duration(limit))) : null));
}

function certificates({ chain, platforms }) {
  if (!chain.length && platforms.every((each) => each.outcome === "not seen")) return null;
  return section(t("chain"),
    el("ul", { class: "platforms" }, platforms.map((each) => el("li", { class: each.outcome.replace(" ", "-") },
      el("b", {}, each.platform), " ", { passed: "✓", failed: "✗" }[each.outcome] ?? "?", " ", t(each.outcome), " ", each.codes.map((code) => el("code", {}, code))))),
    chain.length ? el("ol", { class: "chain" }, chain.map((each) => el("li", {},
      el("b", {}, each.subject ?? "—"),
      el("dl", {}, el("dt", {}, t("issuer")), el("dd", {}, each.issuer ?? "—"),
        el("dt", {}, t("time")), el("dd", {}, t("valid", moment(each.not_before), moment(each.not_after))),
        el("dt", {}, t("key")), el("dd", {}, [each.key, each.signature].filter(Boolean).join(" · ")),
        each.names?.length ? [el("dt", {}, t("names")), el("dd", {}, each.names.join(", "), each.more_names ? ` +${each.more_names}` : "")] : null,
        el("dt", {}, "SHA-256"), el("dd", {}, el("code", {}, each.sha256 ?? "—")))))) : el("p", { class: "aside" }, t("no_chain")));
}
