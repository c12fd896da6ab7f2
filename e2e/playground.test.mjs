// Microsoft's agents playground talks to a bot's /api/messages and shows its cards: Tieout's, or the echo bot's.
// TIEOUT_BOT_URL names a running Tieout; then the question, the button and the words to wait for are Tieout's own.
import { after, before, test } from "node:test";
import { openBrowser } from "./browser.mjs";
import { child, echoBot, freePort, until } from "./servers.mjs";

const tieout = process.env.TIEOUT_BOT_URL;
const ASK = process.env.TIEOUT_ASK || (tieout ? "queue" : "card");
const PRESS = process.env.TIEOUT_PRESS || "Approve";
const AFTERWARDS = process.env.TIEOUT_AFTERWARDS || (tieout ? "Approved" : "Number 7 approved");

let bot;
let playground;
let browser;
let page;

before(async () => {
  bot = tieout ? { url: tieout, stop: async () => {} } : await echoBot();
  const port = await freePort();
  const endpoint = `${bot.url.replace(/\/$/, "")}/api/messages`;
  const cli = "e2e/node_modules/@microsoft/m365agentsplayground/cli.js";
  const args = [cli, "start", "-e", endpoint, "-c", "msteams", "-p", String(port), "--disable-telemetry"];
  let isUp = false;
  until(async () => { isUp = await fetch(`http://127.0.0.1:${port}`).then(() => true, () => false); return isUp; }, { seconds: 40 }).catch(() => {});
  playground = await child("node", args, { env: { BROWSER: "none" }, ready: () => isUp });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`http://127.0.0.1:${port}`);
  await page.locator('button:has-text("Personal Chat")').first().click();
});

after(async () => {
  await browser?.close();
  await playground?.stop();
  await bot?.stop();
});

async function say(words) {
  const field = page.locator("[contenteditable=true]").first();
  await field.click();
  await field.pressSequentially(words);
  await page.locator('button[aria-label="Send Message"]').first().click();
}

test("a question is answered with a card", async () => {
  await say(ASK);
  await page.locator(".ac-adaptiveCard").first().waitFor({ timeout: 20000 });
});

test("a press on the card changes it", async () => {
  await page.locator(`button:has-text("${PRESS}")`).first().click();
  await page.getByText(AFTERWARDS).first().waitFor({ timeout: 20000 });
});

test("a reason is asked inside the card and sent with the press", { skip: Boolean(tieout) }, async () => {
  await say(ASK);
  await page.locator('button:has-text("Reject…")').last().click();
  const reason = page.locator(".ac-adaptiveCard input, .ac-adaptiveCard textarea").last();
  await reason.fill("wrong month");
  await page.locator(".ac-adaptiveCard button", { hasText: /^Reject$/ }).last().click();
  await page.getByText("Number 7 rejected: wrong month").first().waitFor({ timeout: 20000 });
});
