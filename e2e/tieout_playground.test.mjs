// Microsoft's agents playground, with Microsoft's own card renderer, in front of the real Tieout: chat, channels, buttons, a reason.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "./browser.mjs";
import { child, freePort, sandbox, until } from "./servers.mjs";
import { album, journals, startTieout } from "./tieout.mjs";

const BONDI = "0b0d1c0f-0000-4000-8000-00000000a001";
const CLI = "e2e/node_modules/@microsoft/m365agentsplayground/cli.js";
let books;
let tieout;
let playground;
let browser;
let page;
let picture;
let waiting;

async function startPlayground(botUrl) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let isUp = false;
  until(async () => { isUp = await fetch(url).then(() => true, () => false); return isUp; }, { seconds: 40 }).catch(() => {});
  const args = [CLI, "start", "-e", `${botUrl}/api/messages`, "-c", "msteams", "-p", String(port), "--disable-telemetry"];
  const started = await child("node", args, { env: { BROWSER: "none" }, ready: () => isUp });
  return { url, stop: started.stop };
}

before(async () => {
  books = await sandbox(); // its own Teams is told of no bot: here the playground is Teams
  tieout = await startTieout({ TIEOUT_SANDBOX_URL: books.url, TIEOUT_FIRM: "e2e/firm.yml" });
  playground = await startPlayground(tieout.botUrl);
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  picture = album(page, "playground");
  await page.goto(playground.url);
});

after(async () => {
  await browser?.close();
  await playground?.stop();
  await tieout?.stop();
  await books?.stop();
});

const open = (name) => page.getByText(name, { exact: true }).first().click();
const cards = (words) => page.locator(".ac-adaptiveCard", { hasText: words });
const button = (card, name) => card.getByRole("button", { name, exact: true });
const standing = (id) => tieout.command("queue", "show", id);

async function say(words) {
  const field = page.locator("[contenteditable=true]").first();
  await field.click();
  await field.pressSequentially(words);
  await page.locator('button[aria-label="Send Message"]').first().click();
}

test("in a personal chat the question is answered with the verdict", async () => {
  await open("Personal Chat");
  await say("Is Bondi ready to close October?");
  const verdict = cards("October 2026 is not ready").last();
  await verdict.waitFor();
  assert.match(await verdict.innerText(), /ledger lines not reconciled/);
  assert.match(await verdict.locator("a", { hasText: "Open in Xero" }).first().getAttribute("href"), /\/go\//);
  await verdict.evaluate((node) => node.scrollIntoView({ block: "start" }));
  await picture("verdict");
});

test("the queue is shown", async () => {
  waiting = await until(async () => {
    const { proposals } = await tieout.command("queue", "list", "--client", "bondi-coffee");
    return proposals.length === 2 && proposals;
  }, { what: "two proposals" });
  await say("queue");
  await cards("wait for a decision").last().waitFor();
  await picture("queue");
});

test("a preparer's press changes nothing", async () => {
  await open("General");
  const [journal] = waiting;
  const card = cards(journal.mark);
  await button(card, "Approve").waitFor();
  await card.evaluate((node) => node.scrollIntoView({ block: "start" }));
  await picture("proposed");
  await page.route("**/_conversation/v1/invoke", (route) => { // the playground knows one person; this press is Megan's, our preparer
    route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), from: { id: "user-id-1" } }) });
  });
  const [answered] = await Promise.all([page.waitForResponse("**/_conversation/v1/invoke"), button(card, "Approve").click()]);
  assert.match(await answered.text(), /you are a preparer/);
  await page.unroute("**/_conversation/v1/invoke");
  await picture("refused");
  assert.equal((await standing(journal.id)).status, "proposed");
});

test("the partner's press posts the journal, and the card changes here and in Slack", async () => {
  const [journal] = waiting;
  const card = cards(journal.mark);
  await button(card, "Approve").click();
  await card.getByText(/Approved by Priya Sharma\. Posted to Xero/).waitFor();
  await card.locator("a", { hasText: "Open in Xero" }).first().waitFor();
  assert.equal(await button(card, "Approve").count(), 0);
  await card.evaluate((node) => node.scrollIntoView({ block: "start" }));
  await picture("approved");
  assert.equal((await journals(books.url, BONDI, journal.mark)).length, 1);
  await until(async () => {
    const { messages } = await books.read("slack/messages", { channel: "C0BONDI" });
    return JSON.stringify(messages.filter((one) => JSON.stringify(one).includes(journal.mark))).includes("Approved by Priya Sharma");
  }, { what: "the Slack copy" });
});

test("a reason is asked inside the card", async () => {
  const [, journal] = waiting;
  const card = cards(journal.mark);
  await button(card, "Reject…").click();
  await button(card, "Reject").click(); // Microsoft's renderer holds an empty required field back
  assert.equal((await standing(journal.id)).status, "proposed");
  await card.locator("textarea").fill("The licence was cancelled.");
  await picture("reason");
  await button(card, "Reject").click();
  await card.getByText("Rejected by Priya Sharma: The licence was cancelled.").waitFor();
  assert.equal((await standing(journal.id)).reason, "The licence was cancelled.");
});

test("the variance alert stands in the other channel", async () => {
  await open("Announcements");
  await cards("under budget").first().waitFor();
  await picture("variance");
});

test("a mention in a channel is answered there", async () => {
  const before = await cards("October 2026 is not ready").count();
  const field = page.locator("[contenteditable=true]").first();
  await field.click();
  await field.pressSequentially("@Test");
  await page.getByRole("menuitem", { name: "Test Bot" }).click();
  await field.pressSequentially(" is it ready to close October?");
  await page.getByRole("button", { name: "Post", exact: true }).click();
  await until(async () => (await cards("October 2026 is not ready").count()) > before, { what: "the answer" });
  await picture("mention");
});

test("the chain of proof holds", async () => {
  assert.equal((await tieout.command("audit", "verify")).holds, true);
});
