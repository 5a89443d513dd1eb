// One request by Node's own modules through a CONNECT tunnel (http: in absolute form).
// Reads {url, method, headers, data, timeout_ms, proxy_port, ca} from stdin, writes one answer to stdout.
import http from "node:http";
import https from "node:https";
import tls from "node:tls";
import { readFileSync } from "node:fs";

const asked = JSON.parse(readFileSync(0, "utf8"));
const url = new URL(asked.url);
let status = null;

function tell(kind, { headers = {}, body = Buffer.alloc(0), error = "" } = {}) {
  process.stdout.write(
    JSON.stringify({ kind, status, headers, body: body.toString("base64"), error }),
    () => process.exit(0),
  );
}
const failed = (error) => tell("network_error", { error: `${error.code ?? error.name}: ${error.message}` });
setTimeout(() => tell("gave_up", { error: `no answer within ${asked.timeout_ms} ms` }), asked.timeout_ms);

function send(module, options) {
  const request = module.request({ method: asked.method, headers: asked.headers, ...options }, (response) => {
    status = response.statusCode;
    const parts = [];
    response.on("data", (part) => parts.push(part));
    response.on("error", failed);
    response.on("end", () => tell("answered", { headers: response.headers, body: Buffer.concat(parts) }));
  });
  request.on("error", failed);
  request.end(asked.data === null ? undefined : Buffer.from(asked.data, "base64"));
}

if (url.protocol === "http:") {
  send(http, {
    host: "127.0.0.1",
    port: asked.proxy_port,
    path: asked.url,
    headers: { host: url.host, ...asked.headers },
    agent: false,
  });
} else {
  const target = `${url.hostname}:${url.port || 443}`;
  const connect = http.request({ host: "127.0.0.1", port: asked.proxy_port, method: "CONNECT", path: target, agent: false });
  connect.on("error", failed);
  connect.on("connect", (response, socket) => {
    if (response.statusCode !== 200) {
      failed(new Error(`CONNECT ${target}: ${response.statusCode}`));
      return;
    }
    const secure = tls.connect({ socket, servername: url.hostname, ca: asked.ca });
    secure.on("error", failed);
    secure.on("secureConnect", () =>
      send(https, {
        createConnection: () => secure,
        host: url.hostname,
        port: url.port || 443,
        // Without it Node writes the default port into Host here, which no agent of its own does.
        defaultPort: 443,
        path: url.pathname + url.search,
      }),
    );
  });
  connect.end();
}
