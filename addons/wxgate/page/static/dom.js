// Elements are made here and nowhere else: whatever came over the wire is set as text, never as markup.

export const at = (id) => document.getElementById(id);

// el("button", { class: "small", onclick, "aria-label": "..." }, "text", child, [more])
export function el(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "class") made.className = value;
    else if (key === "dataset") Object.assign(made.dataset, value);
    else if (key in made && typeof made[key] !== "object" && key !== "list" && key !== "form") made[key] = value;
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  add(made, children);
  if (name === "button" && !properties.type) made.type = "button";
  return made;
}

export function add(parent, children) {
  for (const child of children.flat(3)) {
    if (child === undefined || child === null || child === false) continue;
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return parent;
}

const SVG = "http://www.w3.org/2000/svg";
export function svg(name, properties = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(properties)) made.setAttribute(key, String(value));
  return add(made, children);
}

// Replaces what is in ``parent`` and keeps the focus where it was, by ``data-key``.
export function show(parent, ...children) {
  const key = parent.contains(document.activeElement) ? document.activeElement.dataset?.key : null;
  parent.replaceChildren();
  add(parent, children);
  if (key) parent.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

let fading = null;
export function toast(text) {
  at("toast").textContent = text;
  at("toast").classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => at("toast").classList.remove("shown"), 2500);
}

export async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { value: text, class: "offscreen" });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(said);
}
