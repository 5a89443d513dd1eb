// Devices: how far each has come, what its mini-programs are doing, and its calls over time.

import { ask, tell } from "/api.js";
import { connectPart } from "/connect.js";
import { el, show } from "/dom.js";
import { moment, number } from "/format.js";
import { joinPart, proposals, remembered } from "/joining.js";
import { state, t } from "/state.js";
import { timeline } from "/timeline.js";

const LATEST = 200;
const DRAWN = 8;
const ORDERS = ["background", "foreground", "pinned", "unpinned"];

export const devicesView = (go) => {
  let box = null;
  let found = null;
  let entrance = null;
  let connectIsOpen = null;
  const latest = new Map();

  async function load() {
    found = await ask("devices");
    entrance ??= found.steerable ? await ask("connect") : null;
    await Promise.all(devices().slice(0, DRAWN).map(async ({ device, addresses }) => {
      const filter = addresses.map((address) => `device:"${address}"`).join(" ");
      latest.set(device, (await ask("calls", { filter, length: LATEST })).calls);
    }));
    draw();
  }

  // One entry a device: the addresses that a person has joined are put together.
  function devices() {
    const groupOf = new Map(found.joined.flatMap((group) => group.addresses.map((address) => [address, group])));
    const made = new Map();
    const of = (address) => {
      const group = groupOf.get(address);
      const device = group?.device ?? address;
      if (!made.has(device)) {
        made.set(device, { device, name: group?.name ?? "", addresses: group?.addresses ?? [address], calls: 0, failed: 0, debug_only: 0, last_at: null, appids: {}, untrusting: {} });
      }
      return made.get(device);
    };
    for (const each of found.devices) {
      const one = of(each.device);
      for (const name of ["calls", "failed", "debug_only"]) one[name] += each[name];
      one.last_at = Math.max(one.last_at ?? 0, each.last_at ?? 0) || null;
      Object.assign(one.appids, each.appids);
      Object.assign(one.untrusting, each.untrusting);
    }
    for (const each of [...found.apps, ...found.arrivals]) of(each.device);
    return [...made.values()];
  }

  function draw() {
    // What is being filled in is not taken away.
    if (!box || !found || box.querySelector(".join[open]")) return;
    const all = devices();
    connectIsOpen ??= !all.some((each) => each.calls);
    show(box, connectPart(entrance, connectIsOpen, (isOpen) => { connectIsOpen = isOpen; }),
      proposals(found.proposed, load), remembered(found.remembered, load), all.length ? all.map((each) => one(each, all)) : el("p", { class: "big" }, t("no_devices")),
      unopened(), found.more_devices ? el("p", { class: "aside" }, t("more", found.more_devices)) : null,
      found.steerable ? el("section", { class: "device-card" }, el("h2", {}, t("every_device")), orders("any", "any", null), el("p", { class: "aside" }, t("one_address"))) : null);
  }

  // Their clients refused our certificate, and the policy does not list them: a person may have one looked into all the same.
  function unopened() {
    const now = new Map(found.unopened.map((each) => [each.host, each]));
    const before = (state.session?.passed_unopened ?? []).filter((host) => !now.has(host)).map((host) => ({ host, devices: [], looked_into: false }));
    const hosts = [...now.values(), ...before];
    return hosts.length ? el("section", { class: "device-card unopened" }, el("h2", {}, t("unopened")), el("p", { class: "aside" }, t("unopened_note")),
      el("ul", {}, hosts.slice(0, 50).map((each) => el("li", {}, el("code", {}, each.host), " ",
        el("span", { class: "aside" }, each.looked_into ? t("is_looked_into") : each.devices.join(", ")), " ",
        found.steerable ? el("button", { "aria-pressed": String(each.looked_into), dataset: { key: `unopened ${each.host}` }, onclick: async () => {
          await tell("unopened", { host: each.host, look_into: !each.looked_into });
          await load();
        } }, t("look_into")) : null))),
      hosts.length > 50 ? el("p", { class: "aside" }, t("more", hosts.length - 50)) : null) : null;
  }

  function one(each, all) {
    const refused = Object.keys(each.untrusting);
    const apps = found.apps.filter((app) => app.device === each.device);
    const arrival = found.arrivals.find((one) => each.addresses.includes(one.device));
    const isRefused = refused.length || arrival?.browser === "refused" || arrival?.browser === "older";
    const isOutside = arrival && !arrival.through_at && !each.calls;
    const next = isOutside ? "set_proxy" : isRefused && !each.calls ? "install" : !each.calls ? "open_app" : each.debug_only ? "look" : "fine";
    return el("section", { class: "device-card", dataset: { device: each.device } },
      el("h2", {}, each.name ? [each.name, " "] : null, el("span", { class: each.name ? "aside" : "" }, each.addresses.join(" · ")), " ",
        el("button", { class: "count link", onclick: () => go(`#/calls?f=${encodeURIComponent(each.addresses.map((address) => `device:${address}`).join(" "))}`) }, t("summary", number(each.calls), number(each.failed), number(each.debug_only)))),
      arrival ? el("p", { class: "steps" }, [["reached_at", "s_reached"], ["through_at", "s_through"], ["fetched_at", "s_fetched"]].filter(([name]) => arrival[name])
        .map(([name, word]) => el("span", { class: "tag", title: moment(arrival[name]) }, `✓ ${t(word)}`)),
      arrival.browser === "unknown" ? null : el("span", { class: `tag ${arrival.browser === "trusted" ? "good" : "bad"}` }, t(`browser_${arrival.browser}`))) : null,
      el("p", {}, isTrusted(each.device) ? el("span", { class: "good" }, `✓ ${t("trusted")} `) : null,
        refused.length ? el("span", { class: "bad" }, `✗ ${t("refused_by", refused.slice(0, 5).join(", "))}${refused.length > 5 ? ` +${refused.length - 5}` : ""}`) : null),
      el("p", {}, el("b", {}, t("next_step")), " ", t(next), each.last_at ? el("span", { class: "aside" }, ` · ${t("last_call")} ${moment(each.last_at)}`) : null),
      each.addresses.some(isOfATunnel) ? el("p", { class: "aside" }, t("one_tunnel")) : null,
      timeline(latest.get(each.device) ?? [], found.orders.filter((order) => order.device === "any" || each.addresses.includes(order.device))),
      apps.length
        ? el("ul", { class: "apps" }, apps.map((app) => el("li", {},
          el("b", {}, app.appid ?? t("nameless")), " ", el("span", { class: `tag ${app.state}` }, t(`state_${app.state}`)), " ",
          el("span", { class: "aside" }, t("running", sum(app.running), sum(app.waiting))), orders(app.device, app.appid ?? "any", app.pinned))))
        : el("p", { class: "aside" }, `${t("seen")}: ${Object.keys(each.appids).map((appid) => appid || t("nameless")).join(", ") || t("nothing")}`),
      found.steerable ? joinPart(each, all, load) : null);
  }

  // What the proxy gives to the phones in its WireGuard tunnels.
  const isOfATunnel = (address) => /^10\.0\.0\.\d+$/.test(address) && (entrance?.ways ?? []).some((way) => way.kind === "wireguard");

  // A call over TLS is one that the device sent under the proxy's certificate.
  const isTrusted = (device) => (latest.get(device) ?? []).some((call) => /^(https|wss):/.test(call.url));
  const sum = (counts) => Object.values(counts).reduce((all, count) => all + count, 0);

  function orders(device, appid, isPinned) {
    return el("p", { class: "actions" }, ORDERS.filter((order) => isPinned === null || order !== (isPinned ? "pinned" : "unpinned")).map((order) =>
      el("button", { dataset: { key: `${device} ${appid} ${order}`, order }, onclick: async () => {
        await tell(`devices/${encodeURIComponent(device)}/state`, { state: order, appid });
        await load();
      } }, t(order))));
  }

  return {
    title: "devices",
    enter(view) {
      box = el("div", { class: "devices" }, el("p", {}, t("loading")));
      show(view, box);
      draw();
      return load();
    },
    leave() { box = null; },
    changed: (names) => (names.includes("devices") || names.includes("calls") ? load() : null),
  };
};

