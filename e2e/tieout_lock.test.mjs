// Books that nothing blocks: the lock is proposed, approved, set in Xero by a person on Xero's own page, then read again and proved.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "./browser.mjs";
import { album, startTieout } from "./tieout.mjs";

let tieout;
let browser;
let page;
let picture;

before(async () => {
  tieout = await startTieout({}, ["--books", "e2e/quiet_books.json"]);
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  picture = album(page, "lock");
  await page.goto(`${tieout.url}/?as=alice`);
});

after(async () => {
  await browser?.close();
  await tieout?.stop();
});

const card = () => page.locator("#slack .message", { hasText: "Lock date before" });
const copy = () => page.locator("#teams .body", { hasText: "Lock date before" });
const press = (name) => card().getByRole("button", { name, exact: true }).click();
const lock = async () => (await tieout.command("queue", "list", "--all")).proposals.find((one) => one.kind === "lock_period");

test("October is ready, and the accountant is offered to propose the lock", async () => {
  const verdicts = page.locator("#slack .message", { hasText: "October 2026 is ready to close" });
  await verdicts.first().waitFor(); // this morning's digest
  const field = page.locator("#slack .pane > .composer textarea");
  await field.fill("@Tieout are we ready to close October?");
  await field.press("Enter");
  await page.locator("#slack .message", { hasText: "are we ready to close October?" }).waitFor();
  await verdicts.nth(1).waitFor();
  const answer = verdicts.last();
  await answer.getByRole("button", { name: "Propose the lock", exact: true }).waitFor();
  await picture("ready");
  await answer.getByRole("button", { name: "Propose the lock", exact: true }).click();
  await card().waitFor();
  await copy().waitFor();
  await picture("proposed");
});

async function become(name) {
  await page.locator(".who > summary").click();
  await page.locator(".who .menu button", { hasText: name }).click();
  await page.locator(".who > summary", { hasText: name }).waitFor();
}

test("once approved it waits for the person, and believes nothing it has not seen", async () => {
  await become("Priya Sharma");
  await press("Approve");
  await card().getByRole("button", { name: "I have done it: check Xero", exact: true }).waitFor();
  await press("I have done it: check Xero");
  await page.getByText("Xero does not show it yet").first().waitFor();
  assert.equal((await lock()).status, "awaiting_person");
  await picture("awaiting");
});

test("the partner sets the date in Xero by the link, and the card proves it", async () => {
  const [xero] = await Promise.all([
    page.context().waitForEvent("page"),
    card().locator("a", { hasText: "Open the page in Xero" }).click(),
  ]);
  await xero.locator('input[name="PeriodLockDate"]').fill("2026-10-31");
  await xero.locator("button", { hasText: "Save lock dates" }).click();
  await xero.getByText("The lock dates are saved.").waitFor();
  await picture("lock-dates-in-xero", xero);
  await xero.close();
  await press("I have done it: check Xero");
  for (const each of [card(), copy()]) await each.getByText(/locked up to 31 Oct 2026/).first().waitFor();
  await picture("locked");
  assert.equal((await lock()).status, "posted");
  assert.equal((await tieout.command("audit", "verify")).holds, true);
});
