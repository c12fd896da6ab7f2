// A month-end close lived through on the one page: ask, be refused, approve, reject, open Xero, prove. The real Tieout answers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "./browser.mjs";
import { until } from "./servers.mjs";
import { album, journals, postings, startTieout } from "./tieout.mjs";

const BONDI = "0b0d1c0f-0000-4000-8000-00000000a001";
const wrong = [];
let tieout;
let browser;
let page;
let picture;
let waiting;

before(async () => {
  tieout = await startTieout();
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  picture = album(page, "close");
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("request", (request) => { if (!request.url().startsWith(tieout.url) && !request.url().startsWith("data:")) wrong.push(request.url()); });
  await page.goto(`${tieout.url}/?as=alice`);
});

after(async () => {
  await browser?.close();
  await tieout?.stop();
});

async function become(name) {
  await page.locator(".who > summary").click();
  await page.locator(".who .menu button", { hasText: name }).click();
  await page.locator(".who > summary", { hasText: name }).waitFor();
}

const inSlack = (channel) => page.locator(`#slack .rail [data-channel="${channel}"]`).click();
const inTeams = (name) => page.locator("#teams .rail button", { hasText: name }).click();
const slackCard = (proposal) => page.locator("#slack .message", { hasText: proposal.mark });
const teamsCard = (proposal) => page.locator("#teams .body", { hasText: proposal.mark });

async function say(half, words) {
  const field = page.locator(`#${half} .pane > .composer textarea`);
  await field.fill(words);
  await field.press("Enter");
}

async function proposals(client) {
  const listed = await tieout.command("queue", "list", "--client", client, "--all");
  return listed.proposals.filter((one) => one.kind === "post_journal");
}

async function standing(id) {
  return tieout.command("queue", "show", id);
}

test("the accountant asks in Slack and reads what blocks October", async () => {
  await inSlack("C0BONDI");
  const verdicts = page.locator("#slack .message", { hasText: "October 2026 is not ready" });
  await verdicts.first().waitFor(); // this morning's digest
  await say("slack", "@Tieout is the Australian client ready to close October?");
  await page.locator("#slack .message", { hasText: "is the Australian client ready" }).waitFor();
  await verdicts.nth(1).waitFor();
  const answer = verdicts.last();
  for (const words of ["ledger lines not reconciled", "Suspense is not empty", "is not amortised", "Alice Nguyen"]) {
    assert.ok((await answer.innerText()).includes(words), words);
  }
  assert.match(await answer.locator("a", { hasText: "Open in Xero" }).first().getAttribute("href"), /\/go\//);
  await answer.scrollIntoViewIfNeeded();
  await answer.evaluate((node) => node.scrollIntoView({ block: "start" }));
  await picture("verdict");
});

test("two journals wait in Slack and in Teams", async () => {
  waiting = await until(async () => {
    const found = await proposals("bondi-coffee");
    return found.length === 2 && found;
  }, { what: "two proposals" });
  for (const one of waiting) {
    await slackCard(one).locator("button", { hasText: /^Approve$/ }).waitFor();
    await teamsCard(one).locator("button", { hasText: /^Approve$/ }).waitFor();
  }
});

test("the accountant may not approve, and is told so alone", async () => {
  const [journal] = waiting;
  await slackCard(journal).locator("button", { hasText: /^Approve$/ }).click();
  const refusal = page.locator("#slack .message", { hasText: "you are a preparer" });
  await refusal.waitFor();
  await refusal.evaluate((node) => node.scrollIntoView({ block: "center" }));
  await picture("refused");
  assert.equal((await standing(journal.id)).status, "proposed");
  await become("Priya Sharma");
  await slackCard(journal).waitFor();
  assert.equal(await page.getByText("you are a preparer").count(), 0);
});

test("the partner approves in Slack, and both copies of the card change", async () => {
  const [journal] = waiting;
  await slackCard(journal).evaluate((node) => node.scrollIntoView({ block: "start" }));
  await teamsCard(journal).evaluate((node) => node.scrollIntoView({ block: "start" }));
  await picture("proposed");
  await slackCard(journal).locator("button", { hasText: /^Approve$/ }).click();
  for (const copy of [slackCard(journal), teamsCard(journal)]) {
    await copy.getByText(/Approved by Priya Sharma\. Posted to Xero/).waitFor();
    assert.equal(await copy.locator("button", { hasText: /^(Approve|Reject…)$/ }).count(), 0);
    await copy.evaluate((node) => node.scrollIntoView({ block: "start" }));
  }
  await picture("approved");
});

test("the card's link leads to the journal in Xero, with its history", async () => {
  const [journal] = waiting;
  const [xero] = await Promise.all([
    page.context().waitForEvent("page"),
    slackCard(journal).locator("a", { hasText: "Open in Xero" }).first().click(), // the evidence has links of its own, further down
  ]);
  await xero.waitForLoadState();
  assert.ok(xero.url().startsWith(`${tieout.url}/go/`), xero.url());
  const shown = await xero.locator("body").innerText();
  for (const words of [journal.mark, "Priya Sharma", "789.90", "History"]) assert.ok(shown.includes(words), `${words} in ${shown}`);
  await picture("journal-in-xero", xero);
  await xero.close();
});

test("the ledger holds the journal exactly once", async () => {
  const [journal] = waiting;
  const found = await journals(tieout.url, BONDI, journal.mark);
  assert.equal(found.length, 1);
  const lines = await postings(tieout.url, BONDI, found[0].ManualJournalID);
  assert.equal(lines.length, journal.payload.lines.length, JSON.stringify(lines));
});

test("a rejection in Slack asks for the reason in a form", async () => {
  const [, journal] = waiting;
  await slackCard(journal).locator("button", { hasText: /^Reject…$/ }).click();
  const form = page.locator("#slack .modal");
  await form.locator("textarea").fill("The licence was cancelled in September.");
  await picture("reject-form");
  await form.locator('button[type="submit"]').click();
  for (const copy of [slackCard(journal), teamsCard(journal)]) {
    await copy.getByText("Rejected by Priya Sharma: The licence was cancelled in September.").waitFor();
    await copy.evaluate((node) => node.scrollIntoView({ block: "start" }));
  }
  await picture("rejected");
  const { status, reason } = await standing(journal.id);
  assert.deepEqual([status, reason], ["rejected", "The licence was cancelled in September."]);
  assert.equal((await journals(tieout.url, BONDI, journal.mark)).length, 0);
});

test("a rejection in Teams asks for the reason inside the card", async () => {
  const [journal] = await proposals("kauri-export");
  await inTeams("Kauri Export");
  await inSlack("C0KAURI");
  const card = teamsCard(journal);
  await card.locator("button", { hasText: /^Reject…$/ }).click();
  await card.locator("textarea, input").last().fill("Wrong month.");
  await card.evaluate((node) => node.scrollIntoView({ block: "end" }));
  await picture("reject-in-card");
  await card.locator("button", { hasText: /^Reject$/ }).click();
  await card.getByText("Rejected by Priya Sharma: Wrong month.").waitFor();
  await slackCard(journal).getByText("Rejected by Priya Sharma: Wrong month.").waitFor();
  assert.equal((await standing(journal.id)).status, "rejected");
});

test("October cannot be locked while things block it", async () => {
  await inSlack("C0BONDI");
  await say("slack", "/close lock Bondi October");
  const answer = page.locator("#slack .message", { hasText: "October 2026 cannot be locked yet" });
  await answer.waitFor();
  await answer.evaluate((node) => node.scrollIntoView({ block: "center" }));
  await picture("not-locked");
  const kinds = (await tieout.command("queue", "list", "--client", "bondi-coffee", "--all")).proposals.map((one) => one.kind);
  assert.ok(!kinds.includes("lock_period"));
});

test("the manager finds the variance alert in Teams", async () => {
  await become("Marcus Webb");
  await inTeams("Thames Studio");
  const alert = page.locator("#teams .body", { hasText: "budget" }).first();
  await alert.waitFor();
  await alert.evaluate((node) => node.scrollIntoView({ block: "start" }));
  await inSlack("C0THAMES");
  await picture("variance");
});

test("the manager approves in Teams what is within his limit", async () => {
  const [journal] = await proposals("thames-studio");
  await teamsCard(journal).locator("button", { hasText: /^Approve$/ }).click();
  for (const copy of [teamsCard(journal), slackCard(journal)]) await copy.getByText(/Approved by Marcus Webb\. Posted to Xero/).waitFor();
  await teamsCard(journal).evaluate((node) => node.scrollIntoView({ block: "start" }));
  await picture("approved-in-teams");
  assert.equal((await standing(journal.id)).status, "posted");
});

test("the chain of proof holds", async () => {
  const report = await tieout.command("audit", "verify");
  assert.equal(report.holds, true, JSON.stringify(report));
  assert.ok(report.rows >= 6);
});

test("nothing went wrong on the page and nothing left this machine", () => assert.deepEqual(wrong, []));
