// The page's own server: questions as JSON, and the stream that tells what has changed.

class Failed extends Error {
  constructor(status, text) {
    super(text?.en ?? String(status));
    this.status = status;
    this.text = text; // {zh, en}; null where nobody answered
  }
}

// Another session than the one that the proxy records: "?session=NAME" in the page's own address.
export const otherSession = new URLSearchParams(location.search).get("session");

export function address(path, query = {}) {
  const words = new URLSearchParams(Object.entries({ ...query, session: otherSession }).filter(([, value]) => value !== null && value !== undefined && value !== ""));
  const tail = words.toString();
  return `/api/${path}${tail ? `?${tail}` : ""}`;
}

export async function ask(path, query = {}, signal = undefined) {
  return answer(fetch(address(path, query), { signal }));
}

export async function tell(path, body) {
  const headers = { "Content-Type": "application/json" };
  return answer(fetch(address(path), { method: "POST", headers, body: JSON.stringify(body) }));
}

async function answer(asked) {
  let response;
  try {
    response = await asked;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failed(0, null);
  }
  const found = await response.json().catch(() => ({}));
  if (!response.ok) throw new Failed(response.status, found.text ?? { zh: found.error, en: found.error });
  return found;
}

// ``onChange(names)`` with "calls", "devices", "policy"; ``onState(true | false)`` when the stream is there, or gone.
// A browser picks the stream up again by itself, but not where it was refused: then it is opened anew.
export function listen(onChange, onState) {
  if (otherSession) return;
  let stream;
  const open = () => {
    stream = new EventSource("/api/events");
    stream.onopen = () => { onState(true); onChange(["calls", "devices", "policy"]); };
    stream.onmessage = (event) => onChange(JSON.parse(event.data));
    stream.onerror = () => {
      onState(false);
      if (stream.readyState === EventSource.CLOSED) setTimeout(open, 1500);
    };
  };
  open();
}
