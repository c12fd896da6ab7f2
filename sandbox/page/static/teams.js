// The Teams half: channels with posts and their replies, the chat with the bot, cards.
import { act, encoded, read } from "./api.js";
import { avatar, clock, h, icon, keepAtBottom, link, reconcile } from "./dom.js";
import { markdown } from "./mrkdwn.js";
import { composer } from "./composer.js";
import { renderCard } from "./cards.js";

const CARD = "application/vnd.microsoft.card.adaptive";
const BOT = "28:";

export class TeamsPane {
  constructor(root) {
    this.root = root;
    this.current = null;
    this.drawn = null;
    this.notes = new Map();
  }

  forgetPlace() {
    this.drawn = null;
  }

  async draw(overview) {
    this.overview = overview.teams;
    this.firm = overview.firm;
    this.me = overview.member;
    if (!this.overview.user) {
      this.drawn = null;
      this.root.replaceChildren(h("p", { class: "loading" }, `${this.me.name} is not in this Teams organisation.`));
      return;
    }
    const all = this.overview.conversations;
    this.conversation = all.find((one) => one.id === this.current || (this.current === "dm" && one.kind === "personal")) || all[0];
    this.current = this.conversation.id;
    this.rail();
    if (this.drawn !== `${this.me.id} ${this.current}`) this.frame();
    this.drawn = `${this.me.id} ${this.current}`;
    this.tellBot();
    await this.messages();
  }

  tellBot() {
    const { bot } = this.overview;
    const since = bot.reached_at ? `last reached at ${clock(bot.reached_at)}` : "not reached yet";
    this.banner.textContent = bot.url ? `Tieout cannot be reached (${since}). What you write is kept, but it gets no answer.` : "No bot is connected to Teams.";
    this.banner.hidden = Boolean(bot.url) && !bot.error && bot.reached_at !== null;
  }

  rail() {
    const row = (one) => h("button", {
      type: "button", class: `${one.id === this.current ? "here" : ""} ${one.unread ? "unread" : ""}`, dataset: { conversation: one.id },
      title: one.name || "Tieout", onclick: () => this.open(one.id) },
    one.kind === "personal" ? avatar("Tieout", "bot") : null,
    h("span", { class: "name" }, one.kind === "personal" ? "Tieout" : one.name.replace(/^Close – /, "")),
    one.unread ? h("span", { class: "count" }, String(one.unread)) : null);
    const some = (kind) => this.overview.conversations.filter((one) => one.kind === kind).map(row);
    const shown = h("nav", { class: "rail" }, h("h2", {}, "Teams", h("small", {}, this.firm)), h("h3", {}, "Chat"), some("personal"),
      h("h3", {}, h("span", { class: "team" }, "MC"), this.overview.team), some("channel"));
    const before = this.root.querySelector(".rail");
    if (before) before.replaceWith(shown);
    else this.root.replaceChildren(shown);
  }

  async open(id) {
    this.current = id;
    this.drawn = null;
    await this.draw({ teams: this.overview, firm: this.firm, member: this.me });
  }

  frame() {
    const isChat = this.conversation.kind === "personal";
    this.list = h("div", { class: `messages ${isChat ? "chat" : "posts"}`, role: "log" }, h("p", { class: "loading" }, "Loading messages…"));
    this.typingLine = h("p", { class: "status", role: "status" });
    this.banner = h("p", { class: "banner", role: "alert", hidden: true });
    const pane = h("div", { class: "pane" },
      h("div", { class: "title" }, isChat ? avatar("Tieout", "bot") : h("span", { class: "team" }, "MC"), h("h1", {}, isChat ? "Tieout" : this.conversation.name)),
      this.banner, this.list, this.typingLine, this.writer(isChat ? "Type a message" : "Start a post", null));
    this.root.querySelector(".pane")?.remove();
    this.root.append(pane);
  }

  writer(placeholder, root) {
    const hints = () => [{ insert: "@Tieout ", about: "ask the bot" }];
    return composer({ placeholder, hints, send: (text) => this.say(text, root), onFile: (files, text) => this.share(files, text, root) });
  }

  async share(files, text, root) {
    const given = { conversation: this.current, files: await encoded(files), text, root };
    await act("teams/file", given).catch((error) => { this.typingLine.textContent = error.message; });
  }

  async say(text, root) {
    await act("teams/message", { conversation: this.current, text, root }).catch((error) => { this.typingLine.textContent = error.message; });
  }

  typing(notice) {
    if (notice.conversation !== this.current || !this.typingLine) return;
    this.typingLine.textContent = "Tieout is typing…";
    clearTimeout(this.stillTyping);
    this.stillTyping = setTimeout(() => { this.typingLine.textContent = ""; }, 4000);
  }

  async messages() {
    const conversation = this.current;
    const { messages } = await read("teams/messages", { conversation });
    if (conversation !== this.current) return;
    const roots = messages.filter((m) => !m.root);
    keepAtBottom(this.list, () => {
      if (roots.length === 0) this.list.replaceChildren(this.empty());
      else reconcile(this.list, roots.map((m) => this.entry(m, messages.filter((reply) => reply.root === m.id))));
    });
    if (messages.at(-1)?.from.id.startsWith(BOT)) this.typingLine.textContent = "";
    if (this.conversation.unread) act("teams/seen", { conversation }).then(() => { this.conversation.unread = 0; this.rail(); });
  }

  empty() {
    const words = this.conversation.kind === "personal"
      ? "This is your chat with Tieout. Ask “Is Bondi Coffee ready to close October?”"
      : "Nothing was posted here yet. Start a post and mention @Tieout.";
    return h("div", { class: "empty" }, h("span", { class: "avatar bot" }, "✓"), h("p", {}, words));
  }

  entry(message, replies) {
    const signature = JSON.stringify(this.conversation.kind === "personal" ? message : message.id);
    if (this.conversation.kind === "personal") return { label: message.id, signature, build: () => this.bubble(message) };
    const build = () => this.post(message);
    const known = [...this.list.children].find((node) => node.dataset.label === message.id);
    const node = known && known.querySelector(".said-here") ? known : null;
    const entry = { label: message.id, signature: message.id, build };
    queueMicrotask(() => this.fill(node || [...this.list.children].find((one) => one.dataset.label === message.id), message, replies));
    return entry;
  }

  fill(node, message, replies) {
    const place = node?.querySelector(".said-here");
    if (!place) return;
    keepAtBottom(this.list, () => reconcile(place, [message, ...replies].map((m) => ({
      label: m.id, signature: JSON.stringify(m), build: () => this.body(m, m !== message) }))));
  }

  post(message) {
    return h("article", { class: "post", dataset: { id: message.id } }, h("div", { class: "said-here" }), this.writer("Reply", message.id));
  }

  body(m, isReply) {
    const isBot = m.from.id.startsWith(BOT);
    return h("div", { class: `body ${isReply ? "reply" : ""}`, dataset: { id: m.id } }, avatar(m.from.name, isBot ? "bot" : "person"),
      h("div", { class: "said" }, this.head(m), this.content(m)));
  }

  head(m) {
    return h("header", {}, h("strong", {}, m.from.name), h("time", {}, clock(m.id / 1000)), m.edited ? h("span", { class: "edited" }, "Edited") : null);
  }

  bubble(m) {
    const isMine = !m.from.id.startsWith(BOT);
    return h("article", { class: `bubble ${isMine ? "mine" : ""}`, dataset: { id: m.id } },
      isMine ? null : avatar("Tieout", "bot"), h("div", { class: "said" }, this.head(m), this.content(m)));
  }

  content(m) {
    const cards = (m.attachments || []).map((a) => (a.contentType === CARD ? this.card(m, a.content) : h("div", { class: "file" }, icon("file"), link(a.content?.downloadUrl || a.contentUrl || "", a.name || a.contentType))));
    return [m.text ? h("div", { class: "text" }, this.words(m)) : null, cards, h("p", { class: "warning", role: "alert" }, m.warning || ""), h("p", { class: "answer", role: "status" }, this.notes.get(m.id) || "")];
  }

  words(m) {
    const pieces = m.text.split(/<at>(.*?)<\/at>/);
    return pieces.map((piece, i) => (i % 2 ? h("span", { class: "mention" }, piece) : m.textFormat === "plain" ? piece.split("\n").flatMap((line, n) => (n ? [h("br"), line] : [line])) : markdown(piece)));
  }

  card(m, content) {
    const holder = h("div", { class: `card ${content.msteams?.width === "Full" ? "full" : ""}` });
    try {
      holder.append(renderCard(content, (kind, chosen) => this.press(m, kind, chosen, holder)));
    } catch (error) {
      holder.append(h("p", { class: "warning" }, `This card cannot be shown: ${error.message}`));
    }
    return holder;
  }

  async press(m, kind, chosen, holder) {
    holder.classList.add("working");
    const path = kind === "Action.Execute" ? "teams/execute" : "teams/submit";
    const lines = (name) => [...this.root.querySelectorAll(`[data-id="${m.id}"] .${name}`)].filter((node) => node.closest("[data-id]").dataset.id === m.id);
    let words = "";
    let wrong = "";
    try {
      words = (await act(path, { conversation: this.current, activity_id: m.id, ...chosen })).message || "";
    } catch (error) {
      wrong = error.message;
    }
    holder.classList.remove("working");
    if (words) this.notes.set(m.id, words);
    else this.notes.delete(m.id);
    for (const node of lines("answer")) node.textContent = words;
    for (const node of lines("warning")) node.textContent = wrong;
  }
}
