// The one page: who you are at the top, Slack on the left, Teams on the right, both kept up to date by notices.
import { act, listen, read, session } from "./api.js";
import { avatar, h } from "./dom.js";
import { SlackPane } from "./slack.js";
import { TeamsPane } from "./teams.js";

const ROLES = { preparer: "accountant", approver: "manager", partner: "partner", viewer: "junior", administrator: "administrator" };
const address = new URLSearchParams(location.search);
const slack = new SlackPane(document.getElementById("slack"));
const teams = new TeamsPane(document.getElementById("teams"));
let members = [];
let overview = null;
let waiting = null;

function longDate(iso) {
  const options = { weekday: "short", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return new Date(`${iso}T00:00:00Z`).toLocaleDateString("en-GB", options);
}

function menu(name, summary, entries) {
  const shut = (event) => event.currentTarget.removeAttribute("open");
  return h("details", { class: `menu-holder ${name}`, onclick: (event) => event.target.closest(".menu") && shut(event) },
    h("summary", {}, summary), h("div", { class: "menu" }, entries));
}

function drawTop() {
  const me = overview.member;
  const choose = (member) => h("button", { type: "button", class: member.id === me.id ? "me" : "", onclick: () => become(member.id) },
    avatar(member.name), h("span", {}, h("strong", {}, member.name), h("small", {}, ROLES[member.role] || member.role)));
  const xero = overview.clients.map((client) =>
    h("a", { href: `/go/?organisation=${encodeURIComponent(client.organisation)}`, target: "_blank", rel: "noopener" }, client.name));
  document.getElementById("top").replaceChildren(
    h("div", { class: "brand" }, h("span", { class: "mark" }, "✓"), h("strong", {}, overview.firm), h("span", { class: "pill" }, "sandbox")),
    h("div", { class: "date", title: "The business date of this sandbox" }, longDate(overview.business_date)),
    h("div", { class: "right" },
      menu("xero", ["Open in Xero", h("span", { class: "caret" }, "▾")], xero.length ? xero : [h("p", {}, "No client to see.")]),
      menu("who", ["You are ", avatar(me.name), h("strong", {}, me.name), h("span", { class: "role" }, ROLES[me.role] || me.role), h("span", { class: "caret" }, "▾")], members.map(choose))));
}

async function become(id) {
  session.as = id;
  localStorage.setItem("tieout-as", id);
  address.set("as", id);
  history.replaceState(null, "", `?${address}`);
  slack.forgetPlace();
  teams.forgetPlace();
  await refresh();
}

async function refresh() {
  overview = await read("state");
  drawTop();
  await Promise.all([slack.draw(overview), teams.draw(overview)]);
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => refresh().catch(lost), 40);
}

function lost() {
  document.body.classList.add("lost");
}

function onNotice(notice) {
  if (notice.what === "status") slack.status(notice);
  if (notice.typing) teams.typing(notice);
  soon();
}

async function begin() {
  members = (await read("who")).members;
  const wished = address.get("as") || localStorage.getItem("tieout-as");
  session.as = members.some((member) => member.id === wished) ? wished : members[0].id;
  slack.current = address.get("slack");
  teams.current = address.get("teams");
  await refresh();
  listen(onNotice, (isThere) => {
    document.body.classList.toggle("lost", !isThere);
    if (isThere) soon();
  });
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.menu-holder[open]")) if (!open.contains(event.target)) open.open = false;
  });
  setInterval(soon, 10000);
}

begin().catch((error) => {
  const words = h("p", { class: "loading" }, `The sandbox cannot be read: ${error.message}`);
  document.querySelector("main").replaceChildren(words);
});

export { act };
