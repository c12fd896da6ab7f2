// What the approver's story needs in the books before it begins, put there as people and other apps would: by Xero's API and a bank's file.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./servers.mjs";
import { xero } from "./tieout.mjs";

const PYTHON = process.env.PYTHON || join(ROOT, ".venv", "bin", "python");
const run = promisify(execFile);

// The demo firm, in which Thames Studio's journals may earn automation.
export function writeFirm(file) {
  const demo = readFileSync(join(ROOT, "sandbox", "demo", "firm.yml"), "utf8");
  const thames = "aliases: [Thames, the UK client]\n";
  if (!demo.includes(thames)) throw new Error("the demo firm has no client with Thames Studio's aliases");
  const phased = demo.replace(thames, `${thames}    phases: {post_journal: automate}\n`);
  writeFileSync(file, `${phased}\nautomation:\n  post_journal: {below: "5000.00", precision: "0.85", decisions: 20, sample: "1"}\n`);
}

const document = (type, number, contact, description, amount, account, day) => ({
  Type: type, Contact: { Name: contact }, InvoiceNumber: number, Date: day, DueDate: "2026-11-30", Status: "AUTHORISED", LineAmountTypes: "NoTax",
  LineItems: [{ Description: description, Quantity: "1", UnitAmount: amount, AccountCode: account, TaxType: "NONE" }],
});

// A bill paid in advance, in the account for prepayments.
export const prepaid = (number, contact, description, amount, day = "2026-10-01") => document("ACCPAY", number, contact, description, amount, "620", day);

export const sold = (number, contact, amount) => document("ACCREC", number, contact, "Wholesale coffee, October", amount, "200", "2026-10-12");

export const enter = async (url, organisation, documents) => (await xero(url, organisation, "Invoices", { Invoices: documents })).Invoices;

// October of Bondi's cheque account as its bank exports it, with money that came in for more invoices on the 30th.
export async function bankFile(file, receipts) {
  const words = ["--client", "bondi", "--format", "csv", "--account", "090", "--out", file];
  await run(PYTHON, ["-m", "sandbox.statements", ...words], { cwd: ROOT });
  const [head, ...lines] = readFileSync(file, "utf8").trim().split(/\r?\n/);
  const last = lines.pop().split(",");
  let balance = cents(lines.at(-1).split(",")[6]);
  const balanced = (cells) => {
    balance += cents(cells[5]);
    return [...cells.slice(0, 6), (balance / 100).toFixed(2), ...cells.slice(7)].join(",");
  };
  const more = receipts.map(({ number, contact, amount, isNamed = true }, i) =>
    balanced([last[0], "30/10/2026", contact.toUpperCase(), "Direct credit", isNamed ? number : "", amount, "", "AUD", `E2E${String(i).padStart(13, "0")}`]));
  writeFileSync(file, `${[head, ...lines, ...more, balanced(last)].join("\n")}\n`);
}

const cents = (amount) => Math.round(Number(amount) * 100);
