// The server domains per category, as the admin page takes them.

import { copy, el } from "/dom.js";
import { t } from "/state.js";

const SEPARATOR = ";";

export function adminLists(lists) {
  if (!lists.some((list) => list.missing.length)) return null;
  return el("section", { class: "admin" }, el("h2", {}, t("admin")), el("p", { class: "aside" }, t("admin_note")),
    lists.filter((list) => list.missing.length).map((list) => {
      const whole = [...list.listed, ...list.missing];
      return el("div", { class: "list" }, el("h3", {}, list.category, list.policy ? [" ", el("span", { class: "tag policy" }, list.policy)] : null),
        el("pre", {}, list.missing.join(SEPARATOR)),
        el("p", { class: "actions" },
          el("button", { onclick: () => copy(list.missing.join(SEPARATOR), t("copied")) }, t("copy_missing", list.missing.length)),
          el("button", { onclick: () => copy(whole.join(SEPARATOR), t("copied")) }, t("copy_whole", whole.length))));
    }));
}
