// One request by fetch through undici's ProxyAgent; a redirect is an answer, not followed.
// Reads {undici, url, method, headers, data, timeout_ms, proxy_port, ca} from stdin, writes one answer to stdout.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const asked = JSON.parse(readFileSync(0, "utf8"));
const { fetch, ProxyAgent } = createRequire(import.meta.url)(asked.undici);
const dispatcher = new ProxyAgent({
  uri: `http://127.0.0.1:${asked.proxy_port}`,
  requestTls: { ca: asked.ca },
});
let status = null;

function tell(kind, { headers = {}, body = Buffer.alloc(0), error = "" } = {}) {
  process.stdout.write(
    JSON.stringify({ kind, status, headers, body: body.toString("base64"), error }),
    () => process.exit(0),
  );
}

try {
  const response = await fetch(asked.url, {
    dispatcher,
    method: asked.method,
    headers: asked.headers,
    body: asked.data === null ? undefined : Buffer.from(asked.data, "base64"),
    redirect: "manual",
    signal: AbortSignal.timeout(asked.timeout_ms),
  });
  status = response.status;
  const body = Buffer.from(await response.arrayBuffer());
  tell("answered", { headers: Object.fromEntries(response.headers), body });
} catch (error) {
  const cause = error.cause ?? error;
  const kind = error.name === "TimeoutError" ? "gave_up" : "network_error";
  tell(kind, { error: `${typeof cause.code === "string" ? cause.code : cause.name}: ${cause.message}` });
}
