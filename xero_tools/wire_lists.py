"""The shapes of Xero's JSON beside its documents: reports, budgets, history, files, rates, tracking, people."""

from __future__ import annotations

from decimal import Decimal

from xero_tools.wire_base import Amount, Text, Wire


class Pagination(Wire):
    """Where a page stands in its list."""

    page: int = 1
    pageSize: int = 0  # noqa: N815
    pageCount: int = 0  # noqa: N815
    itemCount: int = -1  # noqa: N815


class WireOrganisation(Wire):
    """An organisation."""

    OrganisationID: Text = None
    Name: Text = None
    BaseCurrency: Text = None
    ShortCode: Text = None
    CountryCode: Text = None
    Timezone: Text = None
    FinancialYearEndMonth: int | None = None
    FinancialYearEndDay: int | None = None
    PeriodLockDate: Text = None
    EndOfYearLockDate: Text = None


class WireAttribute(Wire):
    """What a report's cell is about."""

    Value: Text = None
    Id: Text = None


class WireCell(Wire):
    """A cell of a report."""

    Value: Text = None
    Attributes: list[WireAttribute] | None = None


class WireRow(Wire):
    """A row of a report; a section has rows of its own."""

    RowType: Text = None
    Title: Text = None
    Cells: list[WireCell] | None = None
    Rows: list[WireRow] | None = None


class WireReport(Wire):
    """A report."""

    ReportID: Text = None
    ReportType: Text = None
    ReportDate: Text = None
    ReportName: Text = None
    ReportTitles: list[str] | None = None
    Rows: list[WireRow] | None = None


class WireBudgetBalance(Wire):
    """A month of a budget line."""

    Period: Text = None
    Amount: Decimal | None = None


class WireBudgetLine(Wire):
    """A budget's line for one account."""

    AccountID: Text = None
    AccountCode: Text = None
    BudgetBalances: list[WireBudgetBalance] | None = None


class WireBudget(Wire):
    """A budget."""

    BudgetID: Text = None
    Type: Text = None
    Description: Text = None
    BudgetLines: list[WireBudgetLine] | None = None
    UpdatedDateUTC: Text = None


class WireHistory(Wire):
    """A line of History and Notes."""

    Details: Text = None
    Changes: Text = None
    User: Text = None
    DateUTC: Text = None


class WireAttachment(Wire):
    """A file attached to a document."""

    AttachmentID: Text = None
    FileName: Text = None
    MimeType: Text = None
    ContentLength: int | None = None


class WireTaxRate(Wire):
    """A tax rate."""

    Name: Text = None
    TaxType: Text = None
    Status: Text = None
    EffectiveRate: Amount = None


class WireTrackingOption(Wire):
    """An option of a tracking category."""

    TrackingOptionID: Text = None
    Name: Text = None
    Status: Text = None


class WireTrackingCategory(Wire):
    """A tracking category."""

    TrackingCategoryID: Text = None
    Name: Text = None
    Status: Text = None
    Options: list[WireTrackingOption] | None = None


class WireSchedule(Wire):
    """When a repeating invoice is made."""

    Period: int | None = None
    Unit: Text = None
    NextScheduledDate: Text = None
    EndDate: Text = None


class WireUser(Wire):
    """A person who may sign in."""

    UserID: Text = None
    EmailAddress: Text = None
    FirstName: Text = None
    LastName: Text = None
    OrganisationRole: Text = None


class WireReminder(Wire):
    """Whether Xero reminds customers of overdue invoices by itself."""

    Enabled: bool | None = None


class WireNamed(Wire):
    """A small thing with few fields: a currency, an action, a link, an option."""

    Code: Text = None
    Name: Text = None
    Status: Text = None
    OnlineInvoiceUrl: Text = None
    TrackingOptionID: Text = None
