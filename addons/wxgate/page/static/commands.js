// A call as something to run again. Made of what is shown: what is masked there is masked here.

const LEFT_TO_CURL = ["host", "content-length", "connection", "accept-encoding", "transfer-encoding", "proxy-connection"];
const LEFT_TO_WX = [...LEFT_TO_CURL, "referer", "user-agent", "upgrade", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions", "origin"];

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const pairs = (call, left) => (call.traffic.request?.headers ?? []).filter(([name]) => !left.includes(name.toLowerCase()) && !name.startsWith(":"));

function bodyOf(call) {
  const body = call.traffic.request?.body;
  return body && body.text !== undefined && !body.is_cut ? body.text : null;
}

export function asCurl(call) {
  const parts = ["curl"];
  if (call.method !== "GET") parts.push("-X", quoted(call.method));
  parts.push(quoted(call.url.replace(/^ws/, "http")));
  for (const [name, value] of pairs(call, LEFT_TO_CURL)) parts.push("\\\n  -H", quoted(`${name}: ${value}`));
  const body = bodyOf(call);
  if (body !== null) parts.push("\\\n  --data-raw", quoted(body));
  return parts.join(" ");
}

export function asWx(call) {
  const header = Object.fromEntries(pairs(call, LEFT_TO_WX));
  const options = { url: call.url };
  if (call.api === "request" && call.method !== "GET") options.method = call.method;
  if (Object.keys(header).length) options.header = header;
  const body = bodyOf(call);
  if (call.api === "request" && body !== null) options.data = body;
  if (call.api === "uploadFile") Object.assign(options, { filePath: "", name: "file" });
  const text = JSON.stringify(options, null, 2).replace(/^ {2}"([A-Za-z]+)":/gm, "  $1:");
  return `wx.${call.api}(${text.slice(0, -2)},\n  success: console.log,\n  fail: console.error,\n})`;
}
