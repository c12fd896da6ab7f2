// Builds elements without ever reading HTML from a text: every string becomes a text node.

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function safeUrl(url) {
  // Only what a person may follow: http, https and mail; a script hidden in a link leads nowhere.
  try {
    const parsed = new URL(url);
    return ["http:", "https:", "mailto:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

export function link(url, ...children) {
  const href = safeUrl(url);
  return href ? h("a", { href, target: "_blank", rel: "noreferrer noopener" }, ...children) : h("span", {}, ...children);
}

const DRAWN = {
  send: "M2.5 3.2 17.5 10 2.5 16.8 5 10z M5 10h6",
  add: "M10 4v12 M4 10h12",
  clip: "M15.5 9.5l-5.6 5.6a3.4 3.4 0 0 1-4.8-4.8l6-6a2.3 2.3 0 0 1 3.3 3.3l-6 6a1.1 1.1 0 0 1-1.6-1.6l5.4-5.4",
  file: "M5 2.5h6.5L15.5 6.5v11H5z M11.5 2.5v4h4",
  eye: "M1.8 10S5 4.5 10 4.5 18.2 10 18.2 10 15 15.5 10 15.5 1.8 10 1.8 10z M10 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true" })) drawing.setAttribute(key, value);
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", DRAWN[name]);
  drawing.append(line);
  return drawing;
}

const COLOURS = ["#7b4fa3", "#2d6fb7", "#b5541c", "#1d7a5f", "#a33b5c", "#5a6b1f"];

export function avatar(name, kind = "person") {
  if (kind === "bot") return h("span", { class: "avatar bot", "aria-hidden": "true" }, "✓");
  const initials = name.split(/\s+/).map((part) => part[0] || "").slice(0, 2).join("").toUpperCase();
  const sum = [...name].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  const shown = h("span", { class: "avatar", "aria-hidden": "true" }, initials || "?");
  shown.style.background = COLOURS[sum % COLOURS.length];
  return shown;
}

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
}

// Keeps the nodes of messages that did not change, so that a half-filled field survives a new message.
export function reconcile(list, entries) {
  const before = new Map([...list.children].map((node) => [node.dataset.label, node]));
  const wanted = entries.map(({ label, signature, build }) => {
    const kept = before.get(label);
    if (kept && kept.dataset.signature === signature) return kept;
    const node = build();
    node.dataset.label = label;
    node.dataset.signature = signature;
    return node;
  });
  wanted.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] || null);
  });
  while (list.children.length > wanted.length) list.lastChild.remove();
}

export function keepAtBottom(scroller, change) {
  const wasAtBottom = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  change();
  if (wasAtBottom) scroller.scrollTop = scroller.scrollHeight;
}
