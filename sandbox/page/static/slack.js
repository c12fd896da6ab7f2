// The Slack half: channels, messages with their blocks, threads, the bot's home.
import { act, encoded, read } from "./api.js";
import { avatar, clock, h, icon, keepAtBottom, link, reconcile } from "./dom.js";
import { renderBlocks } from "./blocks.js";
import { emoji, mrkdwn } from "./mrkdwn.js";
import { composer } from "./composer.js";
import { SlackForms, confirmed } from "./slack_forms.js";

const BOT = "U0BOT";
const COMMANDS = [
  { insert: "/close status ", about: "is a client ready to close?" },
  { insert: "/invite @Tieout", about: "add the bot to this channel", isWhole: true },
];

export class SlackPane {
  constructor(root) {
    this.root = root;
    this.current = null;
    this.thread = null;
    this.tab = "messages";
    this.drawn = null;
    this.forms = new SlackForms(root);
  }

  forgetPlace() {
    this.drawn = null;
    this.thread = null;
    this.tab = "messages";
  }

  async draw(overview) {
    this.me = overview.member;
    this.overview = overview.slack;
    this.firm = overview.firm;
    if (!this.overview.user) return this.absent(overview.member.name);
    const channels = this.overview.channels;
    this.channel = channels.find((one) => [one.id, one.name].includes(this.current)) || channels[0];
    this.current = this.channel.id;
    this.rail();
    if (this.drawn !== `${overview.member.id} ${this.current} ${this.tab}`) this.frame();
    this.drawn = `${overview.member.id} ${this.current} ${this.tab}`;
    this.banner.hidden = this.overview.bot.connected > 0;
    await Promise.all([this.tab === "home" ? this.home() : this.messages(), this.forms.draw(this.context())]);
  }

  absent(name) {
    this.drawn = null;
    this.root.replaceChildren(h("p", { class: "loading" }, `${name} is not in this Slack workspace.`));
  }

  rail() {
    const row = (channel) => h("button", {
      type: "button", class: `${channel.id === this.current ? "here" : ""} ${channel.unread ? "unread" : ""}`,
      dataset: { channel: channel.id }, onclick: () => this.open(channel.id) },
    h("span", { class: "sign" }, channel.is_dm ? h("span", { class: `dot ${this.overview.bot.connected ? "on" : ""}` }) : "#"),
    h("span", { class: "name" }, channel.is_dm ? "Tieout" : channel.name),
    channel.unread ? h("span", { class: "count" }, String(channel.unread)) : null);
    const some = (isDm) => this.overview.channels.filter((one) => one.is_dm === isDm);
    const shown = h("nav", { class: "rail" }, h("h2", {}, "Slack", h("small", {}, this.firm)),
      h("h3", {}, "Channels"), some(false).map(row), h("h3", {}, "Apps"), some(true).map(row));
    const before = this.root.querySelector(".rail");
    if (before) before.replaceWith(shown);
    else this.root.replaceChildren(shown);
  }

  async open(id) {
    this.current = id;
    this.forgetPlace();
    await this.draw({ slack: this.overview, firm: this.firm, member: this.me });
  }

  frame() {
    this.list = h("div", { class: "messages", role: "log" });
    this.statusLine = h("p", { class: "status", role: "status" });
    this.banner = h("p", { class: "banner", role: "alert", hidden: true },
      "Tieout is not connected to Slack. What you write is kept; it answers once it runs again.");
    this.threadPane = h("aside", { class: "thread", hidden: true });
    const isDm = this.channel.is_dm;
    const title = isDm ? [avatar("Tieout", "bot"), "Tieout", h("span", { class: "app" }, "APP")] : ["# ", this.channel.name];
    const tab = (name, words) => h("button", { type: "button", class: this.tab === name ? "here" : "", onclick: () => this.turn(name) }, words);
    const pane = h("div", { class: "pane" },
      h("div", { class: "title" }, h("h1", {}, title), isDm ? h("div", { class: "tabs" }, tab("home", "Home"), tab("messages", "Messages")) : null),
      this.banner, this.list, this.statusLine,
      this.tab === "home" ? null : this.writer(`Message ${isDm ? "Tieout" : "#" + this.channel.name}`, null),
      this.threadPane);
    for (const kind of ["dragover", "drop"]) pane.addEventListener(kind, (event) => this.dropped(event));
    this.root.querySelector(".pane")?.remove();
    this.root.append(pane);
    this.list.append(h("p", { class: "loading" }, "Loading messages…"));
  }

  async turn(tab) {
    this.tab = tab;
    this.drawn = null;
    if (this.channel.is_dm) act("slack/home", { tab }).catch(() => {});
    await this.draw({ slack: this.overview, firm: this.firm, member: this.me });
  }

  writer(placeholder, threadTs) {
    const hints = () => [...COMMANDS, ...Object.values(this.overview.people).map((name) => ({ insert: `@${name} `, about: name === "Tieout" ? "ask the bot" : "" }))];
    return composer({ placeholder, hints, send: (text) => this.say(text, threadTs), onFile: (files, text) => this.share(files, text, threadTs) });
  }

  async say(text, threadTs) {
    const command = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
    const done = command && !threadTs
      ? act("slack/command", { channel: this.current, command: command[1], text: command[2] })
      : act("slack/message", { channel: this.current, text, thread_ts: threadTs });
    await done.catch((error) => this.say_wrong(error.message));
  }

  say_wrong(words) {
    this.statusLine.textContent = words;
  }

  async share(files, text = "", threadTs = undefined) {
    const given = { channel: this.current, files: await encoded(files), text, thread_ts: threadTs };
    await act("slack/file", given).catch((error) => this.say_wrong(error.message));
  }

  dropped(event) {
    event.preventDefault();
    if (event.type === "drop" && event.dataTransfer.files.length) this.share([...event.dataTransfer.files]);
  }

  status(notice) {
    if (notice.channel === this.current && this.statusLine) this.statusLine.textContent = notice.status ? `Tieout ${notice.status}` : "";
  }

  async messages() {
    const channel = this.current;
    const shown = await read("slack/messages", { channel });
    if (channel !== this.current || this.tab !== "messages") return;
    this.said = shown.messages;
    const roots = [...shown.messages.filter((m) => !m.thread_ts || m.thread_ts === m.ts), ...shown.ephemerals].sort((a, b) => (a.ts < b.ts ? -1 : 1));
    keepAtBottom(this.list, () => {
      if (roots.length === 0) this.list.replaceChildren(this.empty());
      else reconcile(this.list, roots.map((m, i) => this.entry(m, roots[i - 1])));
    });
    this.statusLine.textContent = shown.status ? `Tieout ${shown.status}` : this.statusLine.textContent;
    if (!shown.status && this.statusLine.textContent.startsWith("Tieout is")) this.statusLine.textContent = "";
    this.drawThread();
    if (this.channel.unread) act("slack/seen", { channel }).then(() => { this.channel.unread = 0; this.rail(); });
  }

  empty() {
    const words = this.channel.is_dm
      ? "This is your chat with Tieout. Ask “Is Bondi Coffee ready to close October?”"
      : `Nothing was said in #${this.channel.name} yet. Mention @Tieout, or type /close status.`;
    return h("div", { class: "empty" }, h("span", { class: "avatar bot" }, "✓"), h("p", {}, words));
  }

  entry(message, previous) {
    const replies = this.said.filter((m) => m.thread_ts === message.ts && m.ts !== message.ts);
    const follows = Boolean(previous) && previous.user === message.user && message.ts - previous.ts < 300 && !message.is_ephemeral && !previous.is_ephemeral && !replies.length;
    const signature = JSON.stringify([message, replies.length, follows]);
    return { label: message.ts, signature, build: () => this.message(message, { replies, follows }) };
  }

  context(message) {
    const values = new Map();
    return { people: this.overview.people, values, message, press: (block, element, value, from) => this.press(message, block, element, value, values, from) };
  }

  message(m, { replies = [], follows = false, inThread = false } = {}) {
    const isBot = m.user === BOT;
    const name = m.user === "USLACKBOT" ? "Slackbot" : this.overview.people[m.user] || m.user;
    const blocks = m.blocks?.length ? renderBlocks(m.blocks, this.context(m)) : h("div", { class: "text" }, mrkdwn(m.text || "", this.overview.people));
    const answers = replies.length && !inThread
      ? h("button", { type: "button", class: "replies", onclick: () => this.openThread(m.ts) }, `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`) : null;
    const side = follows ? h("time", { class: "late" }, clock(m.ts)) : isBot ? avatar(name, "bot") : avatar(name);
    return h("article", { class: `message ${follows ? "follows" : ""} ${m.is_ephemeral ? "ephemeral" : ""} ${m.streaming ? "streaming" : ""}`, dataset: { ts: m.ts } },
      h("div", { class: "side" }, side),
      h("div", { class: "said" },
        m.is_ephemeral ? h("p", { class: "only-you" }, icon("eye"), "Only visible to you") : null,
        follows ? null : h("header", {}, h("strong", {}, name), isBot ? h("span", { class: "app" }, "APP") : null, h("time", {}, clock(m.ts))),
        blocks, m.edited ? h("span", { class: "edited" }, "(edited)") : null,
        (m.files || []).map((file) => h("div", { class: "file" }, icon("file"), link(file.url_private, file.title))),
        (m.reactions || []).map((r) => h("span", { class: "reaction" }, `${emoji(r.name)} ${r.count}`)),
        answers, h("p", { class: "warning", role: "alert" })),
      inThread || m.is_ephemeral ? null : h("button", { type: "button", class: "answer", title: "Reply in thread", onclick: () => this.openThread(m.ts) }, "Reply"));
  }

  async press(message, block, element, value, values, from) {
    if (element.confirm && !(await confirmed(this.root, element.confirm))) return;
    const holder = from?.closest(".message, .modal, .home");
    holder?.classList.add("working");
    const given = { channel: this.current, ts: message?.ts, action_id: element.action_id, block_id: block.block_id, value, values: grouped(values) };
    try {
      const answer = await act("slack/click", message?.view_id ? { ...given, view_id: message.view_id } : given);
      warn(holder, answer.warning);
    } catch (error) {
      warn(holder, error.message);
    } finally {
      holder?.classList.remove("working");
    }
  }

  openThread(ts) {
    this.thread = ts;
    this.threadPane.replaceChildren(
      h("div", { class: "title" }, h("h1", {}, "Thread"), h("button", { type: "button", class: "close", "aria-label": "Close thread", onclick: () => this.closeThread() }, "✕")),
      h("div", { class: "messages" }), this.writer("Reply…", ts));
    this.threadPane.hidden = false;
    this.drawThread();
  }

  closeThread() {
    this.thread = null;
    this.threadPane.hidden = true;
    this.threadPane.replaceChildren();
  }

  drawThread() {
    const list = this.threadPane.querySelector(".messages");
    if (!this.thread || !list) return;
    const said = this.said.filter((m) => m.ts === this.thread || m.thread_ts === this.thread);
    keepAtBottom(list, () => reconcile(list, said.map((m) => ({ label: m.ts, signature: JSON.stringify(m), build: () => this.message(m, { inThread: true }) }))));
  }

  async home() {
    const { view } = await read("slack/home");
    if (this.tab !== "home") return;
    const context = this.context({ view_id: "home" });
    this.list.replaceChildren(view ? h("div", { class: "home" }, renderBlocks(view.blocks, context), h("p", { class: "warning" })) : h("div", { class: "empty" }, h("p", {}, "Tieout has not published a home page yet.")));
  }
}

export function grouped(values) {
  const whole = {};
  for (const [name, value] of values) {
    const [block, action] = [name.slice(0, name.lastIndexOf(" ")), name.slice(name.lastIndexOf(" ") + 1)];
    (whole[block] ||= {})[action] = value;
  }
  return whole;
}

function warn(holder, words) {
  const line = holder?.querySelector(".warning");
  if (line) line.textContent = words || "";
}
