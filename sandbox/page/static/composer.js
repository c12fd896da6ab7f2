// The line in which a member writes: sends on Enter, offers names after @ and commands after /.
import { h, icon } from "./dom.js";

export function composer({ placeholder, hints, send, onFile }) {
  const field = h("textarea", { rows: 1, placeholder, "aria-label": placeholder });
  const offers = h("div", { class: "offers", hidden: true });
  const button = h("button", { type: "button", class: "send", "aria-label": "Send", title: "Send" }, icon("send"));
  const picker = onFile ? h("input", { type: "file", multiple: true, hidden: true, onchange: () => share() }) : null;
  let chosen = 0;

  const grow = () => {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 140)}px`;
    button.classList.toggle("ready", field.value.trim() !== "");
  };
  const before = () => field.value.slice(0, field.selectionStart);
  const take = (hint) => {
    const start = before().length - (/(^\/[\w ]*|@[\w ]*)$/.exec(before())?.[0].length || 0);
    field.value = field.value.slice(0, start) + hint.insert + field.value.slice(field.selectionStart);
    field.focus();
    offers.hidden = true;
    grow();
  };
  const offer = () => {
    const typed = /(^\/[\w ]*|(?<=^|\s)@\w*)$/.exec(before())?.[0];
    const fitting = typed ? hints().filter((hint) => hint.insert.toLowerCase().startsWith(typed.toLowerCase())) : [];
    offers.hidden = fitting.length === 0;
    chosen = 0;
    offers.replaceChildren(...fitting.slice(0, 6).map((hint, i) =>
      h("button", { type: "button", class: i === 0 ? "chosen" : "", onmousedown: (event) => { event.preventDefault(); take(hint); } },
        h("strong", {}, hint.insert.trim()), h("span", {}, hint.about))));
    return fitting;
  };
  const share = async () => {
    const [files, text] = [[...picker.files], field.value.trim()];
    picker.value = "";
    if (files.length === 0) return;
    field.value = "";
    grow();
    await onFile(files, text);
  };
  const go = async () => {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    offers.hidden = true;
    grow();
    await send(text);
  };
  field.addEventListener("input", () => { grow(); offer(); });
  field.addEventListener("blur", () => { offers.hidden = true; });
  field.addEventListener("keydown", (event) => {
    const shown = offers.hidden ? [] : offer();
    if (event.key === "Escape") offers.hidden = true;
    else if (shown.length && (event.key === "Tab" || (event.key === "Enter" && shown[chosen].insert.trim() !== field.value.trim() && !shown[chosen].isWhole))) {
      event.preventDefault();
      take(shown[chosen]);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      go();
    }
  });
  button.addEventListener("click", go);
  return h("div", { class: "composer" }, offers,
    h("div", { class: "box" }, field,
      onFile ? h("button", { type: "button", class: "attach", title: "Share files, with what is written here", "aria-label": "Share a file", onclick: () => picker.click() }, icon("clip")) : null,
      picker, button));
}
