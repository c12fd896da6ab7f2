// The npm package @slack/bolt connects to the sandbox's Slack: mention, card, click, form, command.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sandbox, until } from "./servers.mjs";
import { startSlackBot } from "./slack_bot.mjs";

let world;
let bot;
const channel = "close-bondi-coffee";

before(async () => {
  world = await sandbox();
  bot = await startSlackBot(world.url);
  await until(async () => (await world.read("state", { as: "alice" })).slack.bot.connected > 0, { what: "the connection" });
});

after(async () => {
  await bot?.stop();
  await world?.stop();
});

const said = async () => (await world.read("slack/messages", { channel })).messages;

async function card() {
  const before = (await said()).length;
  await world.act("slack/message", { as: "alice", channel, text: "@Tieout is October ready?" });
  return until(async () => (await said()).slice(before).find((one) => one.user === "U0BOT"), { what: "the card" });
}

test("a mention is answered with a card, a click changes it", async () => {
  const posted = await card();
  assert.equal(posted.blocks[2].elements[0].action_id, "approve");
  const pressed = await world.act("slack/click", { as: "priya", channel, ts: posted.ts, action_id: "approve" });
  assert.equal(pressed.acked, true);
  await until(async () => (await said()).find((one) => one.ts === posted.ts).text === "Approved by U0PRIYA", { what: "the change" });
});

test("a form opens, complains, and closes", async () => {
  const posted = await card();
  await world.act("slack/click", { as: "priya", channel, ts: posted.ts, action_id: "reject" });
  const { view } = await until(async () => {
    const shown = await world.read("slack/view", { as: "priya" });
    return shown.view && shown;
  }, { what: "the form" });
  const send = (why) => world.act("slack/submit", { as: "priya", view_id: view.id, values: { why } });
  assert.deepEqual((await send("no")).errors, { why: "Say a little more." });
  assert.equal((await send("wrong month")).closed, true);
  await until(async () => (await said()).find((one) => one.ts === posted.ts).text === "Rejected: wrong month", { what: "the change" });
});

test("a slash command is answered to the asker alone", async () => {
  const sent = await world.act("slack/command", { as: "alice", channel, command: "/close", text: "status bondi" });
  assert.equal(sent.acked, true);
  const { ephemerals } = await world.read("slack/ephemerals", { as: "alice" });
  assert.equal(ephemerals.at(-1).text, "You asked: status bondi");
});

test("a connection that is refreshed comes back", async () => {
  await world.act("slack/refresh-connections", {});
  const posted = await card();
  assert.ok(posted.ts);
});
