// How a phone comes to the proxy: addresses, a code to scan, the certificate, and what each system asks for.

import { copy, el } from "/dom.js";
import { t } from "/state.js";

export function connectPart(entrance, isOpen) {
  if (!entrance) return null;
  return el("details", { class: "connect", open: isOpen }, el("summary", {}, el("h2", {}, t("connect_device"))),
    el("div", { class: "split-connect" },
      el("ol", {},
        entrance.is_wireguard ? el("li", {}, t("step_wireguard"))
          : el("li", {}, t("step_proxy"), el("p", { class: "actions" }, entrance.addresses.map((address) => el("button", { class: "chip", onclick: () => copy(address, t("copied")) }, address)))),
        el("li", {}, t("step_install"), " ", el("a", { href: "/api/connect/certificate.pem", download: "mitmproxy-ca-cert.pem" }, t("certificate"))),
        el("li", {}, t("step_ios")), el("li", {}, t("step_android")), entrance.is_wireguard ? null : el("li", {}, t("step_devtools")), el("li", {}, t("open_app"))),
      entrance.has_code ? el("figure", {}, el("img", { src: "/api/connect/code.svg", alt: entrance.scan ?? "WireGuard", width: 180, height: 180 }),
        entrance.is_wireguard ? null : el("figcaption", { class: "aside" }, t("step_scan"), " ", entrance.scan)) : null));
}
