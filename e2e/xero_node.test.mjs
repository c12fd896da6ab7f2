// Xero's own client for Node, xero-node, works unchanged against the sandbox: only its base path is another.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { XeroClient } from "xero-node";
import { sandbox } from "./servers.mjs";

const BONDI = "0b0d1c0f-0000-4000-8000-00000000a001";
const DAY = "2026-10-30";
let world;
let api;
let cheque;
let sales;
let expense;
let contact;

before(async () => {
  world = await sandbox();
  const form = { grant_type: "client_credentials", client_id: "SANDBOXCLIENT", client_secret: "sandbox-secret" };
  const answer = await fetch(`${world.url}/xero/connect/token`, { method: "POST", body: new URLSearchParams(form) });
  const xero = new XeroClient();
  xero.accountingApi.basePath = `${world.url}/xero/api.xro/2.0`;
  xero.setTokenSet(await answer.json());
  api = xero.accountingApi;
  const { accounts } = (await api.getAccounts(BONDI)).body;
  const first = (type) => accounts.find((one) => one.type === type && one.status === "ACTIVE" && !one.systemAccount);
  [cheque, sales, expense] = ["BANK", "REVENUE", "EXPENSE"].map(first);
});

after(async () => { await world?.stop(); });

const line = (unitAmount) => ({ description: "Beans", quantity: 1, unitAmount, accountCode: sales.code, taxType: "NONE" });

async function invoice(amount) {
  const given = { type: "ACCREC", contact, date: DAY, dueDate: "2026-11-30", status: "AUTHORISED", lineItems: [line(amount)] };
  return (await api.createInvoices(BONDI, { invoices: [given] })).body.invoices[0];
}

const read = async (made) => (await api.getInvoice(BONDI, made.invoiceID)).body.invoices[0];

test("a contact and an invoice are created, and the payment pays it", async () => {
  const made = (await api.createContacts(BONDI, { contacts: [{ name: "Node & Sons" }] })).body.contacts[0];
  contact = { contactID: made.contactID };
  const owed = await invoice(120.5);
  assert.equal(owed.total, 120.5);
  const given = { invoice: { invoiceID: owed.invoiceID }, account: { accountID: cheque.accountID }, date: DAY, amount: 120.5 };
  const paid = (await api.createPayment(BONDI, given)).body.payments[0];
  assert.equal(paid.paymentType, "ACCRECPAYMENT");
  assert.equal((await read(owed)).status, "PAID");
});

test("a manual journal is posted, and one that does not balance refused", async () => {
  const journal = (second) => ({
    narration: "Accrual from Node", date: DAY, status: "POSTED",
    journalLines: [{ accountCode: expense.code, lineAmount: 10 }, { accountCode: sales.code, lineAmount: second }],
  });
  const posted = (await api.createManualJournals(BONDI, { manualJournals: [journal(-10)] })).body.manualJournals[0];
  assert.equal(posted.status, "POSTED");
  await assert.rejects(api.createManualJournals(BONDI, { manualJournals: [journal(-9)] }), /must equal total credits/);
});

test("a quote is sent and accepted", async () => {
  const given = { contact, date: DAY, lineItems: [line(75)], title: "Beans for a year" };
  const quote = (await api.createQuotes(BONDI, { quotes: [given] })).body.quotes[0];
  assert.equal(quote.status, "DRAFT");
  for (const status of ["SENT", "ACCEPTED"]) {
    await api.updateQuote(BONDI, quote.quoteID, { quotes: [{ quoteID: quote.quoteID, contact, date: DAY, status }] });
  }
  assert.equal((await api.getQuote(BONDI, quote.quoteID)).body.quotes[0].status, "ACCEPTED");
});

test("a credit note is allocated to an invoice", async () => {
  const owed = await invoice(50);
  const given = { type: "ACCRECCREDIT", contact, date: DAY, status: "AUTHORISED", lineItems: [line(20)] };
  const credit = (await api.createCreditNotes(BONDI, { creditNotes: [given] })).body.creditNotes[0];
  const allocation = { invoice: { invoiceID: owed.invoiceID }, amount: 20, date: DAY };
  const made = (await api.createCreditNoteAllocation(BONDI, credit.creditNoteID, { allocations: [allocation] })).body;
  assert.equal(made.allocations[0].amount, 20);
  assert.equal((await read(owed)).amountDue, 30);
  assert.equal((await api.getCreditNote(BONDI, credit.creditNoteID)).body.creditNotes[0].status, "PAID");
});

test("the reports are read", async () => {
  const reports = [
    await api.getReportTrialBalance(BONDI, DAY),
    await api.getReportProfitAndLoss(BONDI, "2026-10-01", "2026-10-31", 2, "MONTH"),
    await api.getReportBalanceSheet(BONDI, DAY),
    await api.getReportBankSummary(BONDI, "2026-10-01", "2026-10-31"),
  ];
  for (const { body } of reports) assert.ok(body.reports[0].rows.length > 1);
});
