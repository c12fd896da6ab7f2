// Slack's mrkdwn and the markdown block, read into elements; nothing in a text can become markup of the page.
import { h, link } from "./dom.js";

const NAMED = { white_check_mark: "✅", warning: "⚠️", x: "❌", lock: "🔒", hourglass: "⌛", eyes: "👀", tada: "🎉", memo: "📝",
  heavy_check_mark: "✔️", large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", bell: "🔔", calendar: "📅",
  chart_with_upwards_trend: "📈", rotating_light: "🚨", information_source: "ℹ️", point_right: "👉", thumbsup: "👍", "+1": "👍",
  hourglass_flowing_sand: "⏳", no_entry: "⛔", arrows_counterclockwise: "🔄", small_blue_diamond: "🔹", wave: "👋" };

export function emoji(name) {
  return NAMED[name] || `:${name}:`;
}

export function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function angled(inside, people) {
  const [target, label] = inside.split("|");
  if (target.startsWith("@")) return h("span", { class: "mention" }, "@" + (people[target.slice(1)] || target.slice(1)));
  if (target.startsWith("#")) return h("span", { class: "mention" }, "#" + (label || target.slice(1)));
  if (target.startsWith("!date")) return document.createTextNode(unescaped(label || ""));
  if (target.startsWith("!")) return h("span", { class: "mention" }, "@" + target.slice(1).split("^")[0]);
  return link(unescaped(target), unescaped(label || target));
}

const SLACK_INLINE = /```([\s\S]+?)```|`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?!\s)([^*\n]+?)\*(?!\w)|(?<![\w_])_(?!\s)([^_\n]+?)_(?!\w)|(?<![\w~])~(?!\s)([^~\n]+?)~(?!\w)|:([a-z0-9_+-]+):/g;

export function inline(text, people) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(SLACK_INLINE)) {
    if (found.index > at) parts.push(...lines(text.slice(at, found.index)));
    const [, block, code, angle, bold, italic, struck, named] = found;
    if (block !== undefined) parts.push(h("pre", {}, unescaped(block.replace(/^\n/, ""))));
    else if (code !== undefined) parts.push(h("code", {}, unescaped(code)));
    else if (angle !== undefined) parts.push(angled(angle, people));
    else if (bold !== undefined) parts.push(h("strong", {}, inline(bold, people)));
    else if (italic !== undefined) parts.push(h("em", {}, inline(italic, people)));
    else if (struck !== undefined) parts.push(h("s", {}, inline(struck, people)));
    else parts.push(document.createTextNode(emoji(named)));
    at = found.index + found[0].length;
  }
  parts.push(...lines(text.slice(at)));
  return parts;
}

function lines(text) {
  return unescaped(text).split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

export function mrkdwn(text, people) {
  const quoted = text.split("\n").every((line) => line.startsWith("&gt;") || line.startsWith(">"));
  if (quoted && text) return [h("blockquote", {}, inline(text.replace(/^(&gt;|>) ?/gm, ""), people))];
  return inline(text, people);
}

const MARKDOWN_INLINE = /`([^`\n]+)`|\[([^\]\n]+)\]\(([^)\s]+)\)|\*\*([^*\n]+)\*\*|__([^_\n]+)__|(?<![\w*])\*(?!\s)([^*\n]+?)\*(?!\w)|(?<![\w_])_(?!\s)([^_\n]+?)_(?!\w)|~~([^~\n]+)~~|<(https?:[^>\s]+)>|:([a-z0-9_+-]+):/g;

export function markdownInline(text) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(MARKDOWN_INLINE)) {
    parts.push(text.slice(at, found.index));
    const [, code, label, url, bold, bold2, italic, italic2, struck, bare, named] = found;
    if (code !== undefined) parts.push(h("code", {}, code));
    else if (label !== undefined) parts.push(link(url, markdownInline(label)));
    else if (bold || bold2) parts.push(h("strong", {}, markdownInline(bold || bold2)));
    else if (italic || italic2) parts.push(h("em", {}, markdownInline(italic || italic2)));
    else if (struck !== undefined) parts.push(h("s", {}, struck));
    else if (bare !== undefined) parts.push(link(bare, bare));
    else parts.push(emoji(named));
    at = found.index + found[0].length;
  }
  parts.push(text.slice(at));
  return parts;
}

const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());

export function markdown(text) {
  const shown = [];
  const rows = text.split("\n");
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i];
    const heading = /^(#{1,6})\s+(.*)$/.exec(row);
    if (heading) shown.push(h(heading[1].length < 3 ? "h3" : "h4", {}, markdownInline(heading[2])));
    else if (/^\s*([-*_]\s*){3,}$/.test(row)) shown.push(h("hr"));
    else if (row.includes("|") && /^[\s|:-]+$/.test(rows[i + 1] || "") && (rows[i + 1] || "").includes("-")) {
      const sides = cells(rows[i + 1]).map((mark) => (mark.endsWith(":") ? (mark.startsWith(":") ? "center" : "right") : "left"));
      const table = [h("tr", {}, cells(row).map((cell, c) => h("th", { class: sides[c] }, markdownInline(cell))))];
      for (i += 2; i < rows.length && rows[i].includes("|"); i += 1)
        table.push(h("tr", {}, cells(rows[i]).map((cell, c) => h("td", { class: sides[c] }, markdownInline(cell)))));
      i -= 1;
      shown.push(h("div", { class: "table" }, h("table", {}, table)));
    } else if (/^\s*([-*]|\d+\.)\s+/.test(row)) {
      const ordered = /^\s*\d+\./.test(row);
      const list = [];
      for (; i < rows.length && /^\s*([-*]|\d+\.)\s+/.test(rows[i]); i += 1)
        list.push(h("li", {}, markdownInline(rows[i].replace(/^\s*([-*]|\d+\.)\s+/, ""))));
      i -= 1;
      shown.push(h(ordered ? "ol" : "ul", {}, list));
    } else if (row.startsWith(">")) shown.push(h("blockquote", {}, markdownInline(row.replace(/^>\s?/, ""))));
    else if (row.trim()) shown.push(h("p", {}, markdownInline(row)));
  }
  return shown;
}
