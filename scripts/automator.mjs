#!/usr/bin/env node
// Tells the running proxy when the mini-program in WeChat's devtools goes to the background and comes back.
// Listens through miniprogram-automator (npm, MIT), which this project does not bring along. Node 18 or newer.
//
//   cli auto --project PATH --auto-port 9420       (the devtools' own command line)
//   npm install --no-save miniprogram-automator
//   node scripts/automator.mjs [--automator ws://127.0.0.1:9420] [--page 127.0.0.1:8081] [--device 127.0.0.1]

import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";

const isChinese = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || Intl.DateTimeFormat().resolvedOptions().locale);
const inWords = (zh, en) => (isChinese ? zh : en);
const stop = (status, zh, en) => { console.error(inWords(zh, en)); process.exit(status); };

const options = { automator: "ws://127.0.0.1:9420", page: "127.0.0.1:8081", device: "127.0.0.1" };
const words = process.argv.slice(2);
if (words.includes("--help") || words.includes("-h")) {
  console.log(inWords(
    "用法：node scripts/automator.mjs [--automator ws://127.0.0.1:9420] [--page 127.0.0.1:8081] [--device 127.0.0.1]\n开发者工具中的小程序进入后台或回到前台时，通知正在运行的代理。需要先用 cli auto 打开自动化端口，并安装 miniprogram-automator。",
    "usage: node scripts/automator.mjs [--automator ws://127.0.0.1:9420] [--page 127.0.0.1:8081] [--device 127.0.0.1]\nTells the running proxy when the mini-program in the devtools goes to the background or returns. This needs the devtools' automation port (cli auto) and the package miniprogram-automator."));
  process.exit(0);
}
for (let at = 0; at < words.length; at += 2) {
  const name = words[at].replace(/^--/, "");
  if (!words[at].startsWith("--") || !(name in options) || words[at + 1] === undefined) {
    stop(2, `不认识的参数：${words[at]}（--help 查看用法）`, `unknown option: ${words[at]} (see --help)`);
  }
  options[name] = words[at + 1];
}

let automator;
try {
  const found = createRequire(path.join(process.cwd(), "any.js"))("miniprogram-automator");
  automator = found.default ?? found;
} catch {
  stop(3, "没有安装 miniprogram-automator：运行 npm install --no-save miniprogram-automator", "miniprogram-automator is not installed: run npm install --no-save miniprogram-automator");
}

// The page wants to be named, and asks that what changes something comes from its own origin.
function tell(state, appid) {
  const body = JSON.stringify({ state, appid });
  const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body), Origin: `http://${options.page}`, Host: options.page };
  return new Promise((done) => {
    const asked = http.request(`http://${options.page}/api/devices/${encodeURIComponent(options.device)}/state`, { method: "POST", headers }, (answer) => {
      answer.resume();
      if (answer.statusCode !== 200) console.error(inWords(`代理拒绝了请求（${answer.statusCode}）`, `the proxy rejected it (${answer.statusCode})`));
      else console.log(`${appid} ${state}`);
      done();
    });
    asked.on("error", (error) => { console.error(inWords(`代理的页面 ${options.page} 连不上：${error.message}`, `the proxy's page ${options.page} cannot be reached: ${error.message}`)); done(); });
    asked.end(body);
  });
}

let program;
try {
  program = await automator.connect({ wsEndpoint: options.automator });
} catch (error) {
  stop(3, `连不上开发者工具的自动化端口 ${options.automator}：先运行 cli auto --project 目录 --auto-port 9420（${error.message}）`,
    `the devtools' automation port ${options.automator} cannot be reached: run cli auto --project FOLDER --auto-port 9420 first (${error.message})`);
}
const appid = (await program.evaluate(() => wx.getAccountInfoSync().miniProgram.appId)) || "any";
await program.exposeFunction("tellTheProxy", (state) => tell(state, appid));
await program.evaluate(() => {
  wx.onAppHide(() => tellTheProxy("background"));
  wx.onAppShow(() => tellTheProxy("foreground"));
});
console.log(inWords(`正在跟随开发者工具中的 ${appid}（按 Ctrl-C 结束）`, `following ${appid} in the devtools (Ctrl-C stops it)`));
program.on?.("exit", () => stop(0, "开发者工具已断开", "the devtools were closed"));
