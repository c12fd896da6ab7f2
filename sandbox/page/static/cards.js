// Adaptive Cards as Teams shows them: Microsoft's own renderer with Teams' host settings.
import { safeUrl } from "./dom.js";

const AC = window.AdaptiveCards;
const tone = (value, subtle) => ({ default: value, subtle });
const COLOURS = {
  default: tone("#242424", "#616161"), dark: tone("#242424", "#616161"), light: tone("#ffffff", "#f5f5f5"),
  accent: tone("#5b5fc7", "#4f52b2"), good: tone("#237b4b", "#237b4b"), warning: tone("#8a5a00", "#8a5a00"), attention: tone("#c4314b", "#c4314b"),
};
const box = (backgroundColor) => ({ backgroundColor, borderColor: "#e0e0e0", foregroundColors: COLOURS });
const HOST = new AC.HostConfig({
  supportsInteractivity: true,
  fontFamily: "inherit",
  spacing: { small: 6, default: 10, medium: 14, large: 20, extraLarge: 28, padding: 14 },
  separator: { lineThickness: 1, lineColor: "#e0e0e0" },
  fontSizes: { small: 12, default: 14, medium: 15, large: 17, extraLarge: 20 },
  fontWeights: { lighter: 300, default: 400, bolder: 600 },
  imageSizes: { small: 32, medium: 52, large: 100 },
  containerStyles: { default: box("#ffffff"), emphasis: box("#f5f5f5"), good: box("#e7f2da"), attention: box("#fcf4f6"), warning: box("#fbf6d9"), accent: box("#e8ebfa") },
  actions: { maxActions: 6, spacing: "Default", buttonSpacing: 8, showCard: { actionMode: "Inline", inlineTopMargin: 12, style: "emphasis" }, actionsOrientation: "Horizontal", actionAlignment: "Left" },
  adaptiveCard: { allowCustomStyle: false },
  factSet: { title: { weight: "Bolder", wrap: true, maxWidth: 170 }, value: { wrap: true }, spacing: 12 },
  inputs: { label: { inputSpacing: "Small", requiredInputs: { weight: "Bolder", suffix: " *", suffixColor: "Attention" }, optionalInputs: { weight: "Bolder" } }, errorMessage: { color: "Attention", weight: "Default" } },
});

const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

function spans(text) {
  return escaped(text)
    .replace(/\[([^\]\n]+)\]\(([^)\s]+)\)/g, (whole, label, url) => {
      const href = safeUrl(url.replaceAll("&#38;", "&"));
      return href ? `<a href="${escaped(href)}" target="_blank" rel="noreferrer noopener">${label}</a>` : label;
    })
    .replace(/\*\*([^*\n]+)\*\*/g, "<strong>$1</strong>")
    .replace(/(^|[\s(])_([^_\n]+)_(?=$|[\s).,;:!?])/g, "$1<em>$2</em>")
    .replace(/(^|[\s(])\*([^*\n]+)\*(?=$|[\s).,;:!?])/g, "$1<em>$2</em>");
}

// Cards know a small part of markdown: bold, italics, links, lists. Everything else is text and is escaped first.
export function cardMarkdown(text) {
  const lines = text.split(/\r?\n/);
  let html = "";
  let list = null;
  const shut = () => { if (list) html += `</${list}>`; list = null; };
  for (const line of lines) {
    const found = /^\s*([-*]|\d+\.)\s+(.*)$/.exec(line);
    if (found) {
      const wanted = found[1].length > 1 ? "ol" : "ul";
      if (list !== wanted) { shut(); html += `<${wanted}>`; list = wanted; }
      html += `<li>${spans(found[2])}</li>`;
    } else {
      shut();
      if (line.trim()) html += `<p>${spans(line)}</p>`;
    }
  }
  shut();
  return html;
}

AC.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = cardMarkdown(text);
  result.didProcess = true;
};

export function renderCard(content, onPress) {
  const card = new AC.AdaptiveCard();
  card.hostConfig = HOST;
  card.onExecuteAction = (action) => {
    const kind = action.getJsonTypeName();
    if (kind === "Action.OpenUrl") window.open(safeUrl(action.url) || "about:blank", "_blank", "noopener");
    else if (kind === "Action.Execute" || kind === "Action.Submit") {
      const own = action.toJSON().data;
      const inputs = {};
      for (const input of card.getAllInputs()) if (input.isValid() && input.value !== undefined) inputs[input.id] = input.value;
      const data = typeof own === "object" && own !== null ? { ...own, ...inputs } : inputs;
      onPress(kind, { verb: action.verb, title: action.title, data });
    }
  };
  card.onAnchorClicked = (_, anchor) => { window.open(anchor.href, "_blank", "noopener"); return true; };
  card.parse(content);
  return card.render();
}
