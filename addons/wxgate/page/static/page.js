"use strict";
// Whatever came over the wire is set with textContent and nothing else: it is a stranger's.

const SHOWN = 200;
const EVERY_MS = 1000;
const STATES = {
  foreground: ["前台", "foreground"],
  exempt: ["后台（置顶，不受限）", "background (pinned: exempt)"],
  grace: ["刚进入后台，未结束的还在进行", "background, its calls still live"],
  background: ["后台", "background"],
};
const ORDERS = {
  background: ["进入后台", "to the background"],
  foreground: ["回到前台", "to the foreground"],
  pinned: ["置顶", "pin"],
  unpinned: ["取消置顶", "unpin"],
};
const FACTS = [
  ["folder", "会话", "session"], ["mode", "模式", "mode"], ["scope", "范围", "scope"], ["appid", "appid", "appid"],
  ["edition", "版本", "edition"], ["calls", "调用", "calls"], ["failed", "失败", "failed"],
  ["debug_only", "只在调试时成功", "debug-only"],
];
const DETAILS = {
  call: ["这次", "this time"], release: ["正式版", "release build"], debug: ["打开调试", "debugging on"],
  client: ["客户端", "client"], queued: ["排队", "queued"], tls: ["上游 TLS", "upstream TLS"], encoding: ["编码", "encoding"],
  declared: ["声明 {0}", "declared {0}"], detected: ["实际 {0}", "is {0}"], conversion: ["转换 {0}", "conversion {0}"],
  bytes: ["字节（发/收）", "bytes (sent / received)"],
  mend: ["修复", "fix"], clause: ["依据", "source"], platforms: ["平台", "platforms"],
};
const ALL_PLATFORMS = 3;
const UNJUDGED = {
  foreign: ["小程序 {0} 发出了 {1} 次请求，但策略没有写它：如要检查，请把它的 appid 写进 policy.yaml。",
    "Mini-program {0} made {1} calls that no policy names: to judge them, put its appid into policy.yaml."],
  none: ["代理收到了流量，但没有小程序的请求（范围是 {0}）。如果要检查浏览器、curl 或模拟器，用 --scope all 启动。",
    "Traffic arrives, but no call of a mini-program (scope {0}). To judge browsers, curl or simulators, start with --scope all."],
};

let lang = null;
let first = true;
let serial = 0;
let session = {};
let apps = [];
const calls = new Map();
const unfolded = new Set();

const said = (pair) => pair[lang === "zh" ? 0 : 1];
const at = (id) => document.getElementById(id);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = String(text);
  if (className) made.className = className;
  return made;
}

async function ask(path, body) {
  const how = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  };
  const response = await fetch(path, how);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

function showSession() {
  at("session").replaceChildren(...FACTS.map(([name, zh, en]) => {
    const pair = element("div");
    pair.append(element("dt", said([zh, en])), element("dd", session[name]));
    return pair;
  }));
}

function showUnjudged() {
  const foreign = Object.entries(session.foreign_appids ?? {}).sort((one, other) => other[1] - one[1]).slice(0, 20);
  const told = foreign.map((pair) => filled(UNJUDGED.foreign, pair));
  const passed = Object.values(session.counts ?? {}).some(Boolean);
  if (!session.calls && !foreign.length && passed) told.push(filled(UNJUDGED.none, [session.scope]));
  at("unjudged").replaceChildren(...told.map((text) => element("li", text)));
}

const filled = (pair, values) => said(pair).replace(/\{(\d)\}/g, (_, number) => values[number]);

function orderButtons(device, appid, pinned) {
  const cell = element("td", null, "short");
  for (const [state, words] of Object.entries(ORDERS)) {
    if (pinned !== null && state === (pinned ? "pinned" : "unpinned")) continue;
    const button = element("button", said(words));
    button.type = "button";
    button.addEventListener("click", async () => {
      await ask(`/api/devices/${encodeURIComponent(device)}/state`, { state, appid });
      await refresh();
    });
    cell.append(button);
  }
  return cell;
}

function showDevices() {
  const total = (counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);
  const rows = apps.map((app) => {
    const row = element("tr");
    row.append(
      element("td", app.device, "short"), element("td", app.appid ?? "—"), element("td", said(STATES[app.state])),
      element("td", total(app.running)), element("td", total(app.waiting)),
      orderButtons(app.device, app.appid ?? "any", app.pinned),
    );
    return row;
  });
  const everything = element("tr");
  everything.append(
    element("td", said(["所有设备", "every device"]), "short"), element("td"), element("td"), element("td"), element("td"),
    orderButtons("any", "any", null),
  );
  at("devices").tBodies[0].replaceChildren(...rows, everything);
}

const verdict = (found) => (found.errno === null ? found.errmsg : `${found.errmsg} (errno ${found.errno})`);

function listed(rows) {
  const list = element("dl");
  for (const [words, text, className] of rows) {
    if (text) list.append(element("dt", said(words)), element("dd", text, className));
  }
  return list;
}

function details(call, columns) {
  const { tls, encoding } = call;
  const cell = element("td");
  cell.colSpan = columns;
  cell.append(listed([
    [DETAILS.call, verdict(call), call.outcome],
    [DETAILS.release, verdict(call.release), call.release.outcome],
    [DETAILS.debug, verdict(call.debug), call.debug.outcome],
    [DETAILS.client, `${call.client} · ${call.appid ?? "—"} · ${call.version ?? "—"} · ${call.api_confidence}`],
    [DETAILS.queued, call.queued_ms ? `${call.queued_ms} ms` : ""],
    [DETAILS.bytes, `${call.request_bytes} / ${call.response_bytes}`],
    [DETAILS.tls, tls && [tls.version, tls.cipher, ...new Set(Object.values(tls.trust_stores ?? {}))].filter(Boolean).join(" · ")],
    [DETAILS.encoding, encoding && [
      filled(DETAILS.declared, [encoding.declared ?? "—"]), filled(DETAILS.detected, [encoding.detected ?? "—"]),
      encoding.bom ? `BOM ${encoding.bom}` : "", filled(DETAILS.conversion, [encoding.conversion]),
    ].filter(Boolean).join(" · ")],
  ]));
  for (const finding of call.findings) {
    const everywhere = finding.platforms.length >= ALL_PLATFORMS;
    cell.append(
      element("h3", finding.code, finding.severity === "violation" ? "fail" : "note"), element("p", finding.message[lang]),
      listed([
        [DETAILS.platforms, everywhere ? "" : finding.platforms.join(" · ")],
        [DETAILS.mend, finding.fix[lang], "mend"], [DETAILS.clause, finding.clause],
      ]),
    );
  }
  const row = element("tr", null, "details");
  row.append(cell);
  return row;
}

function foldButton(call) {
  const isOpen = unfolded.has(call.id);
  const button = element("button", isOpen ? "▾" : "▸", "more");
  button.type = "button";
  button.dataset.id = call.id;
  button.setAttribute("aria-expanded", String(isOpen));
  button.setAttribute("aria-label", said(["详情", "details"]));
  return button;
}

function fold(id) {
  if (!unfolded.delete(id)) unfolded.add(id);
  showCalls();
  document.querySelector(`#calls button.more[data-id="${CSS.escape(id)}"]`)?.focus();
}

function showCalls() {
  const words = at("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = [];
  for (const call of [...calls.values()].reverse()) {
    const codes = call.findings.map((finding) => finding.code);
    const text = [call.device, call.api, call.url, call.outcome, call.errmsg, call.debug_only ? "debug-only" : "", ...codes]
      .join(" ").toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    const row = element("tr");
    const findings = element("td", null, "codes");
    for (const finding of call.findings) {
      const line = element("div", finding.code, finding.severity === "violation" ? "fail" : "note");
      line.title = `${finding.message[lang]}\n${finding.fix[lang]}`;
      findings.append(line);
    }
    const folding = element("td", null, "short");
    folding.append(foldButton(call));
    const release = call.debug_only ? "debug-only" : call.release.outcome;
    row.append(
      folding, element("td", new Date(call.started_at * 1000).toLocaleTimeString(), "short"), element("td", call.device, "short"),
      element("td", call.api, "short"), element("td", `${call.method} ${call.url}`, "url"),
      element("td", call.outcome === "success" ? `${call.outcome} ${call.http_status ?? ""}` : call.errmsg, call.outcome),
      element("td", call.release.outcome === "success" ? "success" : call.release.errmsg, release),
      element("td", call.duration_ms, "short"), findings,
    );
    rows.push(row);
    if (unfolded.has(call.id)) rows.push(details(call, row.cells.length));
  }
  at("calls").tBodies[0].replaceChildren(...rows);
}

function speak() {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  for (const each of document.querySelectorAll("[data-zh]")) each.textContent = each.dataset[lang];
  at("lang").textContent = lang === "zh" ? "English" : "中文";
}

function show() {
  speak();
  showSession();
  showUnjudged();
  showDevices();
  showCalls();
}

async function refresh() {
  try {
    let newer;
    let found;
    [session, found, newer] = await Promise.all([ask("/api/session"), ask("/api/devices"), ask(`/api/calls?after=${serial}`)]);
    lang ??= session.lang;
    serial = newer.serial;
    for (const call of newer.calls) {
      calls.delete(call.id);
      calls.set(call.id, call);
    }
    for (const id of calls.keys()) {
      if (calls.size <= SHOWN) break;
      calls.delete(id);
      unfolded.delete(id);
    }
    at("trouble").hidden = true;
    // What has not changed stays as it is: a button that is being pressed must not be replaced.
    const changed = JSON.stringify(found.apps) !== JSON.stringify(apps);
    apps = found.apps;
    if (first) {
      first = false;
      show();
      return;
    }
    showSession();
    showUnjudged();
    if (changed) showDevices();
    if (newer.calls.length) showCalls();
  } catch {
    at("trouble").hidden = false;
  }
}

at("lang").addEventListener("click", () => {
  lang = lang === "zh" ? "en" : "zh";
  show();
});
at("filter").addEventListener("input", showCalls);
at("calls").addEventListener("click", (event) => {
  const button = event.target.closest("button.more");
  if (button) fold(button.dataset.id);
});

(async function poll() {
  await refresh();
  setTimeout(poll, EVERY_MS);
})();
