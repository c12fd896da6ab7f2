// An administrator connects Xero in a real browser: settings as for real books, the sandbox standing for Xero.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { openBrowser } from "./browser.mjs";
import { ROOT, child, freePort, sandbox } from "./servers.mjs";

const PYTHON = process.env.PYTHON || join(ROOT, ".venv", "bin", "python");
const SHOTS = join(ROOT, "build", "e2e");
const CLIENTS = ["Bondi Coffee Roasters Pty Ltd", "Kauri Export Ltd", "Thames Studio Ltd"];
const run = promisify(execFile);
let browser, bot, env, home, xero;

async function command(...words) {
  const done = await run(PYTHON, ["app.py", ...words, "--json"], { cwd: ROOT, env }).catch((failed) => failed);
  return JSON.parse(done.stdout);
}

async function shown(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `connect-${name}.png`), fullPage: true });
}

before(async () => {
  home = mkdtempSync(join(tmpdir(), "tieout-connect-"));
  xero = await sandbox();
  const port = await freePort();
  env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TIEOUT_HOME: home,
    TIEOUT_FIRM: "sandbox/demo/firm.yml",
    TIEOUT_TODAY: "2026-11-05",
    XERO_CLIENT_ID: "SANDBOXCLIENT",
    XERO_CLIENT_SECRET: "sandbox-secret",
    XERO_BASE_URL: xero.url,
    XERO_REDIRECT_URL: `http://127.0.0.1:${port + 1}/xero/callback`,
  };
  const words = ["-i", ...Object.entries(env).map(([name, value]) => `${name}=${value}`), PYTHON, "app.py"];
  bot = await child("env", [...words, "run", "--port", String(port)], { ready: (said) => said.includes("Tieout is open") });
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await bot?.stop();
  await xero?.stop();
  rmSync(home, { recursive: true, force: true });
});

test("one consent in the browser lands three organisations", async () => {
  const { link } = await command("connect", "xero", "--as", "dana");
  const page = await browser.newPage();

  await page.goto(link);
  assert.ok(page.url().startsWith(`${xero.url}/xero/authorize`), page.url());
  for (const name of CLIENTS) assert.ok(await page.getByLabel(name).isChecked());
  await shown(page, "1-consent");

  await page.getByRole("button", { name: "Allow access" }).click();
  await page.getByRole("heading", { name: "Connected to Xero" }).waitFor();
  for (const name of CLIENTS) await page.getByText(`${name}, client ${name}`).waitFor();
  await shown(page, "2-connected");

  const { organisations } = await command("connect", "xero", "--as", "dana");
  assert.deepEqual(organisations.map((each) => each.state), ["connected", "connected", "connected"]);
  const skill = await command("skill", "prepayments", "--client", "bondi-coffee");
  assert.equal(skill.client, "bondi-coffee");
  await page.close();
});

test("who cancels reads what to do, and who comes back with an old page connects nothing", async () => {
  const { link } = await command("connect", "xero", "--as", "dana");
  const page = await browser.newPage();
  await page.goto(link);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Nothing was connected").waitFor();
  await shown(page, "3-cancelled");
  await page.reload();
  await page.getByText("does not belong to a question of this browser").waitFor();
  await page.close();
});
