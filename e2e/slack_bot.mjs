// A small Slack bot on the npm package @slack/bolt, the second client of the sandbox's Slack.
import bolt from "@slack/bolt";

const text = (words) => ({ type: "plain_text", text: words });
const button = (action_id, words, style) => ({ type: "button", action_id, text: text(words), value: "7", ...(style ? { style } : {}) });

export const CARD = [
  { type: "header", text: text("Insurance, October 2026") },
  { type: "section", text: { type: "mrkdwn", text: "Post *1,000.00 AUD* to Insurance?" } },
  { type: "actions", block_id: "decide", elements: [button("approve", "Approve", "primary"), button("reject", "Reject…", "danger")] },
];

const REJECTION = {
  type: "modal", callback_id: "rejection", title: text("Reject the journal"), submit: text("Reject"),
  blocks: [{ type: "input", block_id: "why", label: text("Why?"), element: { type: "plain_text_input", action_id: "words" } }],
};

export async function startSlackBot(url) {
  const app = new bolt.App({
    token: "xoxb-sandbox", appToken: "xapp-sandbox", socketMode: true, logLevel: bolt.LogLevel.ERROR,
    clientOptions: { slackApiUrl: `${url}/slack/api/` },
  });
  const open = new Map();
  app.event("app_mention", async ({ say }) => { await say({ text: "A journal waits", blocks: CARD }); });
  app.command("/close", async ({ ack, command }) => { await ack(`You asked: ${command.text}`); });
  app.action("approve", async ({ ack, body, client }) => {
    await ack();
    await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: `Approved by ${body.user.id}`, blocks: [] });
  });
  app.action("reject", async ({ ack, body, client }) => {
    await ack();
    open.set(body.user.id, { channel: body.channel.id, ts: body.message.ts });
    await client.views.open({ trigger_id: body.trigger_id, view: REJECTION });
  });
  app.view("rejection", async ({ ack, body, view, client }) => {
    const words = view.state.values.why.words.value;
    if (words.length < 5) return ack({ response_action: "errors", errors: { why: "Say a little more." } });
    await ack();
    const place = open.get(body.user.id);
    await client.chat.update({ ...place, text: `Rejected: ${words}`, blocks: [] });
  });
  await app.start();
  return app;
}
