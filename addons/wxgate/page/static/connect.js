// How a phone comes to the proxy: each way in with its addresses, a code to scan, and the certificate.

import { copy, el } from "/dom.js";
import { moment } from "/format.js";
import { said, t } from "/state.js";

export function connectPart(entrance, isOpen, onToggle) {
  if (!entrance) return null;
  return el("details", { class: "connect", open: isOpen, ontoggle: (event) => onToggle(event.target.open) }, el("summary", {}, el("h2", {}, t("connect_device"))),
    entrance.ways.map(way),
    el("p", {}, el("a", { href: "/api/connect/certificate.pem", download: "mitmproxy-ca-cert.pem" }, t("certificate")),
      entrance.certificate ? el("span", { class: "aside" }, " ", t("made", moment(entrance.certificate.made_at), entrance.certificate.sha256.slice(0, 16))) : null));
}

function way(each, number) {
  return el("div", { class: "split-connect", dataset: { way: each.kind } },
    el("div", {}, each.steps.map((step) => {
      const text = said(step);
      const address = each.addresses.find((one) => text.trim() === one);
      if (address) return el("p", { class: "actions" }, el("button", { class: "chip", onclick: () => copy(address, t("copied")) }, address));
      return text.startsWith("  ") ? el("code", { class: "line" }, text.trim()) : el("p", {}, text);
    })),
    each.has_code ? el("figure", {}, el("img", { src: `/api/connect/code-${number}.svg`, alt: each.scan ?? t("tunnel_code"), width: 180, height: 180 }),
      el("figcaption", { class: "aside" }, each.scan ?? t("tunnel_code"))) : null);
}
