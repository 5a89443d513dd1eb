// Addresses that are one device: joined and named by a person, proposed where they share a MAC or were one before.

import { tell } from "/api.js";
import { el, toast } from "/dom.js";
import { t } from "/state.js";

async function save(addresses, name, done) {
  await tell("devices/joined", { addresses, name });
  toast(t("joined"));
  await done();
}

export function proposals(proposed, done) {
  return proposed.map((addresses) => el("p", { class: "device-card proposal" }, t("same_mac", addresses.join(" · ")), " ",
    el("button", { class: "primary", dataset: { key: `join ${addresses[0]}` }, onclick: () => save(addresses, "", done) }, t("join"))));
}

// What an earlier session kept of devices whose addresses call again.
export function remembered(groups, done) {
  return groups.map(({ addresses, name }) => el("p", { class: "device-card proposal" },
    t(addresses.length > 1 ? "were_one" : "was_called", addresses.join(" · "), name || "—"), " ",
    el("button", { class: "primary", dataset: { key: `again ${addresses[0]}` }, onclick: () => save(addresses, name, done) }, t("so_again"))));
}

export function joinPart(each, all, done) {
  const name = el("input", { value: each.name, maxLength: 60, "aria-label": t("device_name"), placeholder: t("device_name") });
  const others = all.filter((other) => other.device !== each.device).slice(0, 30);
  const boxes = others.map((other) => ({ other, box: el("input", { type: "checkbox" }) }));
  const own = each.addresses.length > 1 ? each.addresses.map((address) => ({ address, box: el("input", { type: "checkbox", checked: true }) })) : [];
  const close = (event) => { event.target.closest("details").open = false; };
  return el("details", { class: "join", ontoggle: (event) => { if (!event.target.open) done(); } }, el("summary", {}, t("join_or_name")),
    el("p", { class: "actions" }, name,
      own.map(({ address, box }) => el("label", { class: "switch" }, box, " ", address)),
      boxes.map(({ other, box }) => el("label", { class: "switch" }, box, " ", other.name || other.device)),
      el("button", { class: "primary", dataset: { key: `save ${each.device}` }, onclick: async (event) => {
        const kept = own.length ? own.filter(({ box }) => box.checked).map(({ address }) => address) : each.addresses;
        const left = own.filter(({ box }) => !box.checked).map(({ address }) => address);
        for (const address of left) await tell("devices/joined", { addresses: [address], name: "" });
        const more = boxes.filter(({ box }) => box.checked).flatMap(({ other }) => other.addresses);
        if (kept.length) await tell("devices/joined", { addresses: [...kept, ...more], name: name.value });
        toast(t("joined"));
        close(event);
      } }, t("set_host"))));
}
