// Slack's windows: a form the bot opened, and the question "are you sure?".
import { act, read } from "./api.js";
import { h } from "./dom.js";
import { renderBlocks } from "./blocks.js";
import { grouped } from "./slack.js";

export class SlackForms {
  constructor(root) {
    this.root = root;
    this.shown = null;
  }

  async draw(context) {
    const { view } = await read("slack/view");
    const signature = view ? `${view.id} ${view.hash}` : null;
    if (signature === this.shown) return;
    this.shown = signature;
    this.root.querySelector(".veil.form")?.remove();
    if (view) this.root.append(this.window(view, { ...context, message: { view_id: view.id } }));
  }

  window(view, context) {
    const values = new Map();
    const form = { ...context, values, press: (block, element, value) => act("slack/click", { view_id: view.id, action_id: element.action_id, value, values: grouped(values) }).catch((error) => this.complain(error.message)) };
    const close = () => act("slack/close", { view_id: view.id, values: grouped(values) });
    const body = h("form", { class: "modal", onsubmit: (event) => { event.preventDefault(); this.submit(view, values); } },
      h("header", {}, h("h2", {}, view.title.text), h("button", { type: "button", class: "close", "aria-label": "Close", onclick: close }, "✕")),
      h("div", { class: "fields-of-form" }, renderBlocks(view.blocks, form)),
      h("p", { class: "warning", role: "alert" }),
      h("footer", {}, h("button", { type: "button", class: "slack-button", onclick: close }, view.close?.text || "Cancel"),
        view.submit ? h("button", { type: "submit", class: "slack-button primary" }, view.submit.text) : null));
    setTimeout(() => body.querySelector("input, textarea, select")?.focus(), 0);
    return h("div", { class: "veil form" }, body);
  }

  complain(words) {
    const line = this.root.querySelector(".veil.form .warning");
    if (line) line.textContent = words;
  }

  async submit(view, values) {
    const window = this.root.querySelector(".veil.form .modal");
    for (const line of window.querySelectorAll(".error")) line.textContent = "";
    this.complain("");
    window.classList.add("working");
    try {
      const answer = await act("slack/submit", { view_id: view.id, values: grouped(values) });
      for (const [block, words] of Object.entries(answer.errors || {})) {
        const line = window.querySelector(`[data-block="${CSS.escape(block)}"] .error`);
        if (line) line.textContent = words;
        else this.complain(words);
      }
      if (answer.warning) this.complain(answer.warning);
    } catch (error) {
      this.complain(error.message);
    } finally {
      window.classList.remove("working");
    }
  }
}

export function confirmed(root, words) {
  return new Promise((decide) => {
    const done = (answer) => () => { veil.remove(); decide(answer); };
    const veil = h("div", { class: "veil" }, h("div", { class: "modal small", role: "alertdialog" },
      h("header", {}, h("h2", {}, words.title?.text || "Are you sure?")),
      h("div", { class: "fields-of-form" }, h("p", {}, words.text.text)),
      h("footer", {}, h("button", { type: "button", class: "slack-button", onclick: done(false) }, words.deny?.text || "Cancel"),
        h("button", { type: "button", class: `slack-button ${words.style || "primary"}`, onclick: done(true) }, words.confirm?.text || "Yes"))));
    root.append(veil);
    veil.querySelector("footer button:last-child").focus();
  });
}
