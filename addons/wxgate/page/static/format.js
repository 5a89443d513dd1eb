// Times, sizes and verdicts as a person reads them.

import { state, t } from "/state.js";

const two = (number) => String(number).padStart(2, "0");

export function clock(at) {
  const date = new Date(at * 1000);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function moment(at) {
  return at ? new Date(at * 1000).toLocaleString(state.lang === "zh" ? "zh-CN" : "en-GB", { hour12: false }) : "—";
}

export function bytes(size) {
  if (size === null || size === undefined) return "—";
  if (size < 1024) return `${size} B`;
  return size < 1024 * 1024 ? `${(size / 1024).toFixed(1)} KiB` : `${(size / 1024 / 1024).toFixed(1)} MiB`;
}

export function duration(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${+(ms / 1000).toFixed(1)} s`;
  const rest = Math.round((ms % 60_000) / 1000);
  return `${Math.floor(ms / 60_000)} min${rest ? ` ${rest} s` : ""}`;
}

export const number = (count) => (count ?? 0).toLocaleString(state.lang === "zh" ? "zh-CN" : "en-GB");

// "request:fail url not in domain list:x" is "url not in domain list:x" in a list.
export function reason(verdict) {
  return verdict.outcome === "success" ? "ok" : verdict.errmsg.replace(/^\w+:fail ?/, "") || t("failed");
}

export function whole(verdict) {
  return verdict.errno === null ? verdict.errmsg : `${verdict.errmsg} (errno ${verdict.errno})`;
}

export function pathOf(url) {
  const found = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)(.*)$/is.exec(url);
  return found ? { scheme: found[1], host: found[2], path: found[3] || "/" } : { scheme: "", host: "", path: url };
}
