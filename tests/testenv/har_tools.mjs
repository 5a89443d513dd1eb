// Other people's HAR tools: {tool: "validate" | "replay" | "record", packages, ...} from stdin, one JSON answer to stdout.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const asked = JSON.parse(readFileSync(0, "utf8"));
const load = createRequire(asked.packages + "/");

function validate() {
  const Ajv = load("ajv");
  const schemas = load("har-schema");
  const ajv = new Ajv({ allErrors: true });
  ajv.addMetaSchema(load("ajv/lib/refs/json-schema-draft-06.json"));
  Object.values(schemas).forEach((schema) => ajv.addSchema(schema));
  const check = ajv.getSchema("har.json#");
  return { valid: check(JSON.parse(readFileSync(asked.har, "utf8"))), errors: (check.errors || []).slice(0, 10) };
}

async function withPage(launch, context, work) {
  const browser = await load("playwright-core").chromium.launch({
    executablePath: asked.browser,
    args: ["--no-sandbox", "--disable-quic", "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable"],
    ...launch,
  });
  try {
    const made = await browser.newContext(context);
    made.setDefaultTimeout(15000);
    const answer = await work(made, await made.newPage());
    await made.close();
    return answer;
  } finally {
    await browser.close();
  }
}

// Nothing here reaches a network: what the HAR does not hold is refused.
const replay = () =>
  withPage({}, {}, async (context, page) => {
    await context.routeFromHAR(asked.har, { notFound: "abort" });
    const answers = [];
    for (const url of asked.urls) {
      try {
        const response = await page.goto(url);
        answers.push({ url, status: response.status(), text: await page.evaluate(() => document.body.innerText) });
      } catch (error) {
        answers.push({ url, status: null, text: error.message.split("\n")[0] });
      }
    }
    return { answers };
  });

const record = () =>
  withPage(
    { proxy: { server: `http://127.0.0.1:${asked.proxy_port}`, bypass: "<-loopback>" } },
    { ignoreHTTPSErrors: true, recordHar: { path: asked.har, content: "embed" } },
    async (context, page) => {
      await page.goto(asked.page);
      await page.evaluate(async ({ urls, sockets }) => {
        for (const url of urls) await fetch(url, { mode: "no-cors" }).catch(() => null);
        for (const url of sockets)
          await new Promise((done) => {
            const socket = new WebSocket(url);
            socket.onopen = () => socket.close();
            socket.onclose = socket.onerror = done;
          });
      }, asked);
      return {};
    },
  );

const answer = await { validate, replay, record }[asked.tool]();
process.stdout.write(JSON.stringify(answer), () => process.exit(0));
