// What is remembered: language and theme in this browser, marks and the cleared part for each session.

import { WORDS } from "/words.js";

const kept = (name, fallback) => {
  try { return JSON.parse(localStorage.getItem(name)) ?? fallback; } catch { return fallback; }
};
const keep = (name, value) => {
  try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* private windows keep nothing */ }
};

export const state = {
  // What was chosen; before that, as this browser asks, which may ask for another next time.
  lang: kept("lang", navigator.language?.toLowerCase().startsWith("zh") ? "zh" : "en"),
  theme: kept("theme", "auto"),
  session: null,
  filter: "",
  since: null, // Unix time: what was cleared lies before it
  until: null, // Unix time: paused there
};

export function setLang(lang) {
  keep("lang", lang);
  showLang(lang);
}

export function showLang(lang) {
  state.lang = lang;
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
}

export function setTheme(theme) {
  state.theme = theme;
  keep("theme", theme);
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

// t("of", 3, 5): the words of a key in the reader's language.
export function t(key, ...values) {
  const pair = WORDS[key];
  if (!pair) return key;
  const text = pair[state.lang === "zh" ? 0 : 1].replace(/\{(\d)\}/g, (_, number) => values[number] ?? "");
  return state.lang === "zh" ? text : text.replace(/(?<![\d,.])1 (call|cause|entrie)s\b/g, (_, noun) => `1 ${noun.replace(/ie$/, "y")}`);
}

export const said = (text) => (text ? text[state.lang] ?? text.en ?? "" : "");

const perSession = (name) => `${name} ${state.session?.folder ?? ""}`;
const MOST_MARKS = 50;
export const marks = () => kept(perSession("marks"), []);
export function toggleMark(id) {
  const now = marks().filter((each) => each !== id);
  if (now.length === marks().length) now.push(id);
  keep(perSession("marks"), now.slice(-MOST_MARKS));
}
export function setSince(since) {
  state.since = since;
  keep(perSession("since"), since);
}
export function restoreSince() {
  state.since = kept(perSession("since"), null);
}
