// The one page under headless Chromium: Slack on the left, Teams on the right, used as a member uses them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "./browser.mjs";
import { echoBot, sandbox, until } from "./servers.mjs";
import { startSlackBot } from "./slack_bot.mjs";

let world;
let slackBot;
let teamsBot;
let browser;
let page;
const wrong = [];

before(async () => {
  teamsBot = await echoBot();
  world = await sandbox({ botUrl: teamsBot.url });
  slackBot = await startSlackBot(world.url);
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("request", (request) => { if (!request.url().startsWith(world.url) && !request.url().startsWith("data:")) wrong.push(request.url()); });
  await page.goto(`${world.url}/?as=alice`);
});

after(async () => {
  await browser?.close();
  await slackBot?.stop();
  await world?.stop();
  await teamsBot?.stop();
});

const write = async (half, words) => {
  const field = page.locator(`#${half} .pane > .composer textarea`);
  await field.fill(words);
  await field.press("Enter");
};

test("in Slack a question brings a card, Approve changes it", async () => {
  await write("slack", "@Tieout is October ready?");
  await page.locator('#slack [data-action="approve"]').click();
  await page.getByText("Approved by U0ALICE").waitFor();
});

test("in Slack the form complains beside its field, then closes", async () => {
  await write("slack", "@Tieout once more");
  await page.locator('#slack [data-action="reject"]').click();
  await page.locator("#slack .modal textarea, #slack .modal .input input").first().fill("no");
  await page.locator('#slack .modal button[type="submit"]').click();
  await page.getByText("Say a little more.").waitFor();
  await page.locator("#slack .modal textarea, #slack .modal .input input").first().fill("wrong month");
  await page.locator('#slack .modal button[type="submit"]').click();
  await page.getByText("Rejected: wrong month").waitFor();
  assert.equal(await page.locator("#slack .modal").count(), 0);
});

test("in Teams a card is pressed and changes for everybody", async () => {
  await write("teams", "@Tieout card");
  await page.locator("#teams .ac-pushButton", { hasText: "Approve" }).click();
  await page.getByText("Number 7 approved by Alice Nguyen.").waitFor();
});

test("a reason is asked inside the card", async () => {
  await write("teams", "@Tieout card");
  await page.locator("#teams .ac-pushButton", { hasText: "Reject…" }).last().click();
  await page.locator("#teams .card textarea, #teams .card input").last().fill("wrong month");
  await page.locator("#teams .ac-pushButton", { hasText: /^Reject$/ }).last().click();
  await page.getByText("Number 7 rejected: wrong month").waitFor();
});

test("markup in a message is shown, never run", async () => {
  await write("slack", "<img src=x onerror=\"document.title='broken'\"> & <script>1</script>");
  await page.locator("#slack .message", { hasText: "<img src=x onerror" }).waitFor();
  assert.equal(await page.title(), "Tieout sandbox");
  assert.equal(await page.locator("#slack .message img").count(), 0);
});

test("another member sees their own channels only, and unread marks", async () => {
  await world.act("slack/message", { as: "priya", channel: "close-kauri-export", text: "Kauri next." });
  await page.locator('#slack .rail [data-channel="C0KAURI"] .count').waitFor();
  await page.locator(".who > summary").click();
  await page.locator(".who .menu button", { hasText: "Tom Fraser" }).click();
  await until(async () => (await page.locator('#slack .rail [data-channel="C0BONDI"]').count()) === 0, { what: "Tom's list" });
  assert.equal(await page.locator('#slack .rail [data-channel="C0KAURI"]').count(), 1);
});

test("a bot that stops is announced", async () => {
  await slackBot.stop();
  slackBot = null;
  await page.getByText("Tieout is not connected to Slack").waitFor();
});

test("nothing went wrong and nothing left this machine", () => assert.deepEqual(wrong, []));
