// Block Kit as Slack shows it: one function a block, one a control.
import { h, link, safeUrl } from "./dom.js";
import { emoji, inline, markdown, mrkdwn, unescaped } from "./mrkdwn.js";

// `context`: {people, press(block, element, value), values: Map("block action" -> value), message}
export function renderBlocks(blocks, context) {
  return blocks.map((block) => {
    const build = BLOCKS[block.type];
    return build ? build(block, context) : h("p", { class: "unknown" }, `This block cannot be shown here: ${block.type}`);
  });
}

function words(text, context) {
  if (text.type === "mrkdwn") return mrkdwn(text.text, context.people);
  return inlinePlain(text.text);
}

const inlinePlain = (text) =>
  text.split("\n").flatMap((line, i) => [i ? h("br") : null, line.replace(/:([a-z0-9_+-]+):/g, (_, name) => emoji(name))]);

const BLOCKS = {
  header: (b) => h("h3", { class: "block header" }, inlinePlain(b.text.text)),
  divider: () => h("hr", { class: "block" }),
  section: (b, c) =>
    h("div", { class: "block section" },
      h("div", { class: "body" },
        b.text ? h("div", { class: "text" }, words(b.text, c)) : null,
        b.fields ? h("div", { class: "fields" }, b.fields.map((field) => h("div", {}, words(field, c)))) : null),
      b.accessory ? h("div", { class: "accessory" }, control(b, b.accessory, c)) : null),
  context: (b, c) =>
    h("div", { class: "block context" }, b.elements.map((e) => (e.type === "image" ? picture(e) : h("span", {}, words(e, c))))),
  actions: (b, c) => h("div", { class: "block actions" }, b.elements.map((e) => control(b, e, c))),
  context_actions: (b, c) => h("div", { class: "block actions quiet" }, b.elements.map((e) => control(b, e, c))),
  image: (b) => h("figure", { class: "block" }, b.title ? h("figcaption", {}, b.title.text) : null, picture(b)),
  markdown: (b) => h("div", { class: "block markdown" }, markdown(b.text)),
  rich_text: (b, c) => h("div", { class: "block rich" }, b.elements.map((e) => richPart(e, c))),
  table: (b, c) => table(b, c),
  alert: (b, c) => h("div", { class: `block alert ${b.level || "default"}` }, words(b.text, c)),
  card: (b, c) =>
    h("div", { class: "block card" },
      b.title ? h("strong", {}, words(b.title, c)) : null,
      b.subtitle ? h("div", { class: "quiet" }, words(b.subtitle, c)) : null,
      b.body ? h("div", {}, words(b.body, c)) : null,
      b.actions ? h("div", { class: "actions" }, b.actions.map((e) => control(b, e, c))) : null),
  input: (b, c) =>
    h("label", { class: "block input", dataset: { block: b.block_id } },
      h("span", { class: "label" }, b.label.text, b.optional ? h("span", { class: "quiet" }, " (optional)") : null),
      control(b, b.element, c),
      b.hint ? h("span", { class: "hint" }, b.hint.text) : null,
      h("span", { class: "error", role: "alert" })),
};

function picture(e) {
  const src = safeUrl(e.image_url || "");
  return src ? h("img", { src, alt: e.alt_text, loading: "lazy" }) : h("span", { class: "quiet" }, e.alt_text);
}

function table(b, c) {
  const sides = (b.column_settings || []).map((column) => column?.align || "left");
  const row = (cells, tag) =>
    h("tr", {}, cells.map((cell, i) => h(tag, { class: sides[i] || "left" }, tableCell(cell, c))));
  const [first, ...rest] = b.rows;
  return h("div", { class: "block table" },
    h("table", {}, h("thead", {}, row(first, "th")), h("tbody", {}, rest.map((cells) => row(cells, "td")))));
}

const tableCell = (cell, c) => (cell.type === "rich_text" ? cell.elements.map((e) => richPart(e, c)) : cell.text);

function richPart(part, c) {
  const leaves = () => part.elements.map((leaf) => richLeaf(leaf, c));
  if (part.type === "rich_text_list")
    return h(part.style === "ordered" ? "ol" : "ul", {}, part.elements.map((e) => h("li", {}, e.elements.map((l) => richLeaf(l, c)))));
  if (part.type === "rich_text_preformatted") return h("pre", {}, leaves());
  if (part.type === "rich_text_quote") return h("blockquote", {}, leaves());
  return h("div", {}, leaves());
}

function richLeaf(leaf, c) {
  let node;
  if (leaf.type === "link") node = link(leaf.url, leaf.text || leaf.url);
  else if (leaf.type === "user") node = h("span", { class: "mention" }, "@" + (c.people[leaf.user_id] || leaf.user_id));
  else if (leaf.type === "emoji") node = h("span", {}, emoji(leaf.name));
  else if (leaf.type === "date") node = h("span", {}, leaf.fallback || new Date(leaf.timestamp * 1000).toLocaleDateString());
  else if (leaf.type === "channel" || leaf.type === "broadcast") node = h("span", { class: "mention" }, "@" + (leaf.range || leaf.channel_id));
  else node = h("span", {}, inlineBreaks(leaf.text || ""));
  for (const [style, tag] of [["bold", "strong"], ["italic", "em"], ["strike", "s"], ["code", "code"]])
    if (leaf.style?.[style]) node = h(tag, {}, node);
  return node;
}

const inlineBreaks = (text) => text.split("\n").flatMap((line, i) => (i ? [h("br"), line] : [line]));

function label(block, element) {
  return { dataset: { block: block.block_id, action: element.action_id }, "aria-label": element.accessibility_label };
}

function control(block, element, c) {
  const build = CONTROLS[element.type];
  return build ? build(block, element, c) : h("span", { class: "quiet" }, `(${element.type})`);
}

function button(block, e, c) {
  const pressed = async (event) => {
    if (e.url) window.open(safeUrl(e.url) || "about:blank", "_blank", "noopener");
    await c.press(block, e, e.value, event.currentTarget);
  };
  return h("button", { type: "button", class: `slack-button ${e.style || ""}`, ...label(block, e), onclick: pressed }, inlinePlain(e.text.text));
}

const optionsOf = (e) => [...(e.options || []), ...(e.option_groups || []).flatMap((group) => group.options)];
const isSelf = (block) => block.type !== "input" || block.dispatch_action;

function select(block, e, c, options, initial) {
  const changed = (event) => {
    c.values.set(`${block.block_id} ${e.action_id}`, event.target.value || null);
    if (isSelf(block)) c.press(block, e, event.target.value, event.target);
  };
  if (initial) c.values.set(`${block.block_id} ${e.action_id}`, initial);
  return h("select", { ...label(block, e), onchange: changed },
    h("option", { value: "", disabled: true, selected: !initial }, e.placeholder?.text || "Choose…"),
    options.map(({ value, text }) => h("option", { value, selected: value === initial }, text)));
}

const listed = (b, e, c) =>
  select(b, e, c, optionsOf(e).map((o) => ({ value: o.value, text: o.text.text })), e.initial_option?.value);
const people = (b, e, c) =>
  select(b, e, c, Object.entries(c.people).map(([value, text]) => ({ value, text })), e.initial_user || e.initial_conversation);

function typed(kind, tag = "input") {
  return (block, e, c) => {
    const initial = e.initial_value ?? e.initial_date ?? e.initial_time ?? "";
    const keep = (event) => c.values.set(`${block.block_id} ${e.action_id}`, event.target.value || null);
    if (initial) c.values.set(`${block.block_id} ${e.action_id}`, initial);
    const isLong = tag === "input" && e.multiline;
    const changed = kind !== "text" && isSelf(block) ? (event) => c.press(block, e, event.target.value, event.target) : null;
    return h(isLong ? "textarea" : "input", {
      type: isLong ? null : kind, rows: isLong ? 4 : null, value: initial, placeholder: e.placeholder?.text || "",
      maxLength: e.max_length || 3000, step: e.is_decimal_allowed ? "any" : null, oninput: keep, onchange: changed, ...label(block, e) });
  };
}

function choices(kind) {
  return (block, e, c) => {
    const name = `${block.block_id} ${e.action_id}`;
    const initial = (e.initial_options || (e.initial_option ? [e.initial_option] : [])).map((o) => o.value);
    const held = new Set(initial);
    const store = () => c.values.set(name, kind === "radio" ? ([...held][0] ?? null) : [...held]);
    if (held.size) store();
    const changed = (option) => (event) => {
      if (kind === "radio") held.clear();
      if (event.target.checked) held.add(option.value);
      else held.delete(option.value);
      store();
      if (isSelf(block)) c.press(block, e, c.values.get(name), event.target);
    };
    return h("div", { class: "choices", ...label(block, e) }, e.options.map((option) =>
      h("label", {}, h("input", { type: kind, name, checked: held.has(option.value), onchange: changed(option) }),
        h("span", {}, words(option.text, c), option.description ? h("small", {}, option.description.text) : null))));
  };
}

function overflow(block, e, c) {
  return h("details", { class: "overflow", ...label(block, e) }, h("summary", { "aria-label": "More" }, "⋯"),
    h("div", { class: "menu" }, e.options.map((o) => h("button", { type: "button", onclick: (event) => {
      event.currentTarget.closest("details").open = false;
      c.press(block, e, o.value, event.currentTarget);
    } }, o.text.text))));
}

const CONTROLS = {
  button,
  overflow,
  image: (_, e) => picture(e),
  static_select: listed,
  multi_static_select: listed,
  users_select: people,
  multi_users_select: people,
  conversations_select: people,
  channels_select: people,
  datepicker: typed("date"),
  timepicker: typed("time"),
  datetimepicker: typed("datetime-local"),
  plain_text_input: typed("text"),
  number_input: typed("number"),
  email_text_input: typed("email"),
  url_text_input: typed("url"),
  radio_buttons: choices("radio"),
  checkboxes: choices("checkbox"),
  icon_button: button,
  feedback_buttons: (b, e, c) => [["positive_button", "👍"], ["negative_button", "👎"]].map(([side, mark]) =>
    h("button", { type: "button", class: "slack-button", title: e[side].text.text, ...label(b, e),
      onclick: (event) => c.press(b, e, e[side].value, event.currentTarget) }, mark)),
};

export { inline, unescaped };
