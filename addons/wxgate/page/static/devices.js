// Devices: how far each has come, what its mini-programs are doing, and its calls over time.

import { ask, tell } from "/api.js";
import { connectPart } from "/connect.js";
import { el, show, svg } from "/dom.js";
import { clock, moment, number } from "/format.js";
import { state, t } from "/state.js";

const LATEST = 200;
const ORDERS = ["background", "foreground", "pinned", "unpinned"];

export const devicesView = (go) => {
  let box = null;
  let found = null;
  let entrance = null;
  const latest = new Map();

  async function load() {
    found = await ask("devices");
    entrance ??= found.steerable ? await ask("connect") : null;
    await Promise.all(found.devices.slice(0, 8).map(async ({ device }) => {
      latest.set(device, (await ask("calls", { filter: `device:"${device}"`, length: LATEST })).calls);
    }));
    draw();
  }

  function draw() {
    if (!box || !found) return;
    const known = new Set(found.devices.map((each) => each.device));
    const others = [...new Set([...found.apps, ...found.arrivals].map((app) => app.device))].filter((device) => !known.has(device));
    const devices = [...found.devices, ...others.map((device) => ({ device, calls: 0, failed: 0, debug_only: 0, last_at: null, appids: {}, untrusting: {} }))];
    show(box, connectPart(entrance, !devices.some((each) => each.calls)), devices.length ? devices.map(one) : el("p", { class: "big" }, t("no_devices")),
      unopened(), found.more_devices ? el("p", { class: "aside" }, t("more", found.more_devices)) : null,
      found.steerable ? el("section", { class: "device-card" }, el("h2", {}, t("every_device")), orders("any", "any", null)) : null);
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

  function one(each) {
    const refused = Object.keys(each.untrusting);
    const apps = found.apps.filter((app) => app.device === each.device);
    const arrival = found.arrivals.find((one) => one.device === each.device);
    const isRefused = refused.length || arrival?.browser === "refused" || arrival?.browser === "older";
    const isOutside = arrival && !arrival.through_at && !each.calls;
    const next = isOutside ? "set_proxy" : isRefused && !each.calls ? "install" : !each.calls ? "open_app" : each.debug_only ? "look" : "fine";
    return el("section", { class: "device-card", dataset: { device: each.device } },
      el("h2", {}, each.device, " ", el("button", { class: "count link", onclick: () => go(`#/calls?f=${encodeURIComponent(`device:${each.device}`)}`) }, t("summary", number(each.calls), number(each.failed), number(each.debug_only)))),
      arrival ? el("p", { class: "steps" }, [["reached_at", "s_reached"], ["through_at", "s_through"], ["fetched_at", "s_fetched"]].filter(([name]) => arrival[name])
        .map(([name, word]) => el("span", { class: "tag", title: moment(arrival[name]) }, `✓ ${t(word)}`)),
      arrival.browser === "unknown" ? null : el("span", { class: `tag ${arrival.browser === "trusted" ? "good" : "bad"}` }, t(`browser_${arrival.browser}`))) : null,
      el("p", {}, isTrusted(each.device) ? el("span", { class: "good" }, `✓ ${t("trusted")} `) : null,
        refused.length ? el("span", { class: "bad" }, `✗ ${t("refused_by", refused.slice(0, 5).join(", "))}${refused.length > 5 ? ` +${refused.length - 5}` : ""}`) : null),
      el("p", {}, el("b", {}, t("next_step")), " ", t(next), each.last_at ? el("span", { class: "aside" }, ` · ${t("last_call")} ${moment(each.last_at)}`) : null),
      timeline(each.device),
      apps.length
        ? el("ul", { class: "apps" }, apps.map((app) => el("li", {},
          el("b", {}, app.appid ?? t("nameless")), " ", el("span", { class: `tag ${app.state}` }, t(`state_${app.state}`)), " ",
          el("span", { class: "aside" }, t("running", sum(app.running), sum(app.waiting))), orders(app.device, app.appid ?? "any", app.pinned))))
        : el("p", { class: "aside" }, `${t("seen")}: ${Object.keys(each.appids).map((appid) => appid || t("nameless")).join(", ") || t("nothing")}`));
  }

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

  // Calls as bars from their start to their end, coloured by verdict, over the bands of foreground and background.
  function timeline(device) {
    const calls = latest.get(device) ?? [];
    if (calls.length < 2) return null;
    const begin = Math.min(...calls.map((call) => call.started_at));
    const end = Math.max(...calls.map((call) => call.started_at + call.duration_ms / 1000), begin + 1);
    const x = (at) => ((Math.min(Math.max(at, begin), end) - begin) / (end - begin)) * 1000;
    const bands = [];
    let since = null;
    for (const order of found.orders.filter((each) => each.device === device || each.device === "any")) {
      if (order.state === "background") since ??= order.at;
      if (order.state === "foreground" && since !== null) { bands.push([since, order.at]); since = null; }
    }
    if (since !== null) bands.push([since, end]);
    const lanes = 6;
    return el("figure", { class: "timeline" },
      svg("svg", { viewBox: "0 0 1000 60", preserveAspectRatio: "none", role: "img", "aria-label": t("timeline", calls.length) },
        bands.map(([from, to]) => svg("rect", { x: x(from), y: 0, width: Math.max(1, x(to) - x(from)), height: 60, class: "background" })),
        calls.map((call, index) => svg("rect", {
          x: x(call.started_at), y: (index % lanes) * 10 + 1, width: Math.max(3, x(call.started_at + call.duration_ms / 1000) - x(call.started_at)), height: 8,
          class: call.debug_only ? "only" : call.release.outcome === "success" ? "good" : "bad",
        }))),
      el("figcaption", { class: "aside" }, `${clock(begin)} – ${clock(end)} · ${t("timeline", calls.length)}`));
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

