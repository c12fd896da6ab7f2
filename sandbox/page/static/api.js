// The page's calls to the sandbox, in the name of the member chosen at the top.

export const session = { as: null };

async function answerOf(response) {
  const body = await response.json().catch(() => ({ ok: false, error: `The sandbox answered ${response.status}.` }));
  if (!body.ok) throw new Error(body.error || "That did not work.");
  return body;
}

export async function read(path, query = {}) {
  const asked = new URLSearchParams(session.as ? { as: session.as, ...query } : query);
  return answerOf(await fetch(`/page/api/${path}?${asked}`));
}

export async function act(path, given = {}) {
  const body = JSON.stringify({ as: session.as, ...given });
  return answerOf(await fetch(`/page/api/${path}`, { method: "POST", body, headers: { "Content-Type": "application/json" } }));
}

export function listen(onNotice, onLink) {
  const source = new EventSource("/page/api/events");
  source.onmessage = (event) => onNotice(JSON.parse(event.data));
  source.onopen = () => onLink(true);
  source.onerror = () => onLink(false);
}

export async function encoded(files) {
  return Promise.all(files.map(async (file) => {
    let letters = "";
    for (const byte of new Uint8Array(await file.arrayBuffer())) letters += String.fromCharCode(byte);
    return { name: file.name, content: btoa(letters) };
  }));
}
