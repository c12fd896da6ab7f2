// Starts the real Tieout in a home of its own, and reads what a person cannot see on the page: the queue, the ledger, the chain.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT, child, freePort } from "./servers.mjs";

const PYTHON = process.env.PYTHON || join(ROOT, ".venv", "bin", "python");
const run = promisify(execFile);

const isFree = (port) => new Promise((resolve) => {
  const server = createServer().once("error", () => resolve(false)).listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
});

// The page takes a port, the bot the next one.
async function neighbours() {
  for (let i = 0; i < 50; i += 1) {
    const port = await freePort();
    if (await isFree(port + 1)) return port;
  }
  throw new Error("no two neighbouring ports are free");
}

// Only what a process needs of this one's environment: nobody's tokens reach the test.
function surroundings(home, more) {
  const kept = Object.fromEntries(["PATH", "HOME", "LANG"].filter((name) => process.env[name]).map((name) => [name, process.env[name]]));
  return { ...kept, TIEOUT_HOME: home, PYTHONUNBUFFERED: "1", ...more };
}

export async function startTieout(more = {}, words = []) {
  const home = mkdtempSync(join(tmpdir(), "tieout-e2e-"));
  const port = await neighbours();
  const env = surroundings(home, more);
  const bare = ["-i", ...Object.entries(env).map(([name, value]) => `${name}=${value}`), PYTHON, "app.py"];
  const ready = (words) => /http:\/\/127\.0\.0\.1:\d+/.exec(words)?.[0];
  const leave = () => rmSync(home, { recursive: true, force: true });
  const started = await child("env", [...bare, "run", "--port", String(port), ...words], { ready }).catch((error) => { leave(); throw error; });
  const url = started.found;
  await post(`${url}/control/pace`, { unlimited: true }); // a test asks more in a minute than a firm does in an hour
  const command = async (...words) => {
    const done = await run(PYTHON, ["app.py", ...words, "--json"], { cwd: ROOT, env }).catch((failed) => failed);
    return JSON.parse(done.stdout);
  };
  const stop = async () => { await started.stop(); leave(); };
  return { url, botUrl: `http://127.0.0.1:${port + 1}`, home, command, stop };
}

export async function post(url, content) {
  const response = await fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content) });
  return response.json();
}

// The ledger's lines of one document, from behind the simulator's API.
export async function postings(url, organisation, source) {
  return (await fetch(`${url}/control/postings?${new URLSearchParams({ organisation, source })}`)).json();
}

// One call to the simulator's Xero, as any app makes it: what another person or system does in the books.
export async function xero(url, organisation, path, content) {
  const form = new URLSearchParams({ grant_type: "client_credentials", client_id: "SANDBOXCLIENT", client_secret: "sandbox-secret" });
  const { access_token: token } = await (await fetch(`${url}/xero/connect/token`, { method: "POST", body: form })).json();
  const headers = { Authorization: `Bearer ${token}`, "Xero-Tenant-Id": organisation, Accept: "application/json", "Content-Type": "application/json" };
  const asked = content === undefined ? { headers } : { headers, method: "POST", body: JSON.stringify(content) };
  const answer = await fetch(`${url}/xero/api.xro/2.0/${path}`, asked);
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${said}`);
  return JSON.parse(said);
}

// The manual journals that bear a mark, asked for as any app asks Xero.
export async function journals(url, organisation, mark) {
  const answer = await xero(url, organisation, "ManualJournals?pageSize=1000&page=1");
  return answer.ManualJournals.filter((each) => each.Status === "POSTED" && `${each.Narration}${each.Url || ""}`.includes(mark));
}

// Keeps what the page looks like at each stage, for somebody to look at: build/e2e/*.png.
export function album(page, prefix) {
  const folder = join(ROOT, "build", "e2e");
  mkdirSync(folder, { recursive: true });
  let number = 0;
  return async (name, shown = page) => {
    number += 1;
    await shown.screenshot({ path: join(folder, `${prefix}-${String(number).padStart(2, "0")}-${name}.png`) });
  };
}
