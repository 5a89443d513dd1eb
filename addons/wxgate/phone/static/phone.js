// Goes on by itself: asks the proxy how far this device has come, and tries the certificate over HTTPS as any page would.

const { test, seen, fingerprint, lang } = document.body.dataset;
const steps = document.getElementById("steps");
const EVERY_MS = 2000;
const PATIENCE_MS = 6000;
const KEPT = "trusted certificate";

// Whether a picture comes: over https it does only where this browser trusts the proxy's certificate.
function comes(url) {
  return new Promise((done) => {
    const picture = new Image();
    const late = setTimeout(() => done(false), PATIENCE_MS);
    const ended = (is) => { clearTimeout(late); done(is); };
    picture.onload = () => ended(true);
    picture.onerror = () => ended(false);
    picture.src = `${url}${url.includes("?") ? "&" : "?"}${Date.now()}`;
  });
}

// Which certificate worked here before: a new one of the same proxy is told from one that was never installed.
function kept() {
  try { return localStorage.getItem(KEPT); } catch { return null; }
}
function keep() {
  try { localStorage.setItem(KEPT, fingerprint); } catch { /* private windows keep nothing */ }
}

async function trust() {
  if (await comes(test)) {
    keep();
    return "trusted";
  }
  const before = kept();
  return before && before !== fingerprint ? "older" : "refused";
}

const standing = () => steps.querySelector("[data-standing]")?.dataset.standing;
const isThrough = () => steps.querySelector("[data-step=proxy]")?.dataset.state === "done";

let found = location.protocol === "https:" ? "trusted" : "unknown";
let shown = "";

async function look() {
  if (!isThrough()) {
    // The browser that shows this page may have got its proxy meanwhile: then the page's own name leads there.
    if (await comes(seen)) { location.replace(new URL("/", seen)); return; }
  } else if (found !== "trusted") {
    found = await trust();
  }
  const answer = await fetch(`/steps?${new URLSearchParams({ trust: found, lang })}`);
  if (!answer.ok) return;
  const text = await answer.text();
  // What is being read or pressed is left alone while nothing has changed.
  if (text === shown) return;
  shown = text;
  const made = new DOMParser().parseFromString(text, "text/html");
  steps.replaceChildren(...made.body.childNodes);
}

async function goOn() {
  try {
    if (document.visibilityState === "visible") await look();
  } catch { /* the proxy has gone: the next time asks again */ }
  setTimeout(goOn, EVERY_MS);
}

if (standing()) goOn();
