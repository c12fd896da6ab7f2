// Starts what a test needs as child processes on free loopback ports, and ends them with the test.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PYTHON = process.env.PYTHON || join(ROOT, ".venv", "bin", "python");

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export async function until(question, { seconds = 20, what = "it" } = {}) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const answer = await question();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not come within ${seconds} s`);
}

export function child(command, args, { env = {}, ready }) {
  const running = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let words = "";
  const heard = (chunk) => { words += chunk; };
  running.stdout.on("data", heard);
  running.stderr.on("data", heard);
  const stop = () => new Promise((resolve) => {
    if (running.exitCode !== null || running.signalCode !== null) return resolve();
    running.once("exit", () => resolve());
    running.kill("SIGTERM");
    setTimeout(() => running.kill("SIGKILL"), 3000).unref();
  });
  const begun = until(() => {
    if (running.exitCode !== null) throw new Error(`${args.join(" ")} ended: ${words}`);
    return ready(words);
  }, { seconds: 40, what: args.join(" ") });
  return begun.then((found) => ({ found, stop }), async (error) => { await stop(); throw error; });
}

export async function sandbox({ botUrl } = {}) {
  const home = mkdtempSync(join(tmpdir(), "tieout-e2e-"));
  const args = ["-m", "sandbox", "--port", "0", "--home", home, ...(botUrl ? ["--bot-url", botUrl] : [])];
  const started = await child(PYTHON, args, { ready: (words) => /"port": (\d+)/.exec(words)?.[1] });
  const url = `http://127.0.0.1:${started.found}`;
  const call = async (method, path, given) => {
    const query = method === "GET" ? `?${new URLSearchParams(given)}` : "";
    const body = method === "POST" ? JSON.stringify(given) : undefined;
    const response = await fetch(`${url}/page/api/${path}${query}`, { method, body, headers: { "Content-Type": "application/json" } });
    return response.json();
  };
  const stop = async () => { await started.stop(); rmSync(home, { recursive: true, force: true }); };
  return { url, stop, act: (path, given) => call("POST", path, given), read: (path, given) => call("GET", path, given) };
}

export async function echoBot() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const ready = (words) => words.includes("ready");
  const started = await child(PYTHON, ["e2e/echo_bot.py", String(port)], { ready });
  return { url, stop: started.stop };
}
