"""Every way in which Xero says no, with the status and body it says it in."""

from sandbox.xero.wire import Json


class RefusedError(Exception):
    """A request Xero answers with something other than success."""

    status = 400

    def body(self) -> Json | list[Json] | str:
        """What stands in the response: a JSON object, or plain text."""
        return str(self)


class InvalidError(RefusedError):
    """One document broke one or more rules; the endpoint gathers these into the validation envelope."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = list(messages)

    def body(self) -> Json:
        """The envelope with no echo of the document, for requests that carry none."""
        return validation_body([{"ValidationErrors": [{"Message": text} for text in self.messages]}])


class InvalidBatchError(RefusedError):
    """A validation envelope: every failing document echoed with its messages."""

    def __init__(self, elements: list[Json]) -> None:
        super().__init__("A validation exception occurred")
        self.elements = elements

    def body(self) -> Json:
        """The 400 envelope with its Elements."""
        return validation_body(self.elements)


class BadRequestError(RefusedError):
    """A request that cannot be read at all: a bad where clause, a bad id, a bad date."""

    def __init__(self, message: str, *, number: int = 16, kind: str = "QueryParseException") -> None:
        super().__init__(message)
        self.message, self.number, self.kind = message, number, kind

    def body(self) -> Json:
        """ErrorNumber, Type and Message, as Xero sends for requests it could not parse."""
        return {"ErrorNumber": self.number, "Type": self.kind, "Message": self.message}


class NotFoundError(RefusedError):
    """A path or an id in a path that does not exist; Xero answers in plain text."""

    status = 404

    def body(self) -> str:
        """The one sentence Xero's API gives for every unknown resource."""
        return "The resource you're looking for cannot be found"


class ProblemError(RefusedError):
    """401 and 403, in the problem form {Type, Title, Status, Detail}."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail = status, title, detail

    def body(self) -> Json:
        """Title, Status and Detail of the problem."""
        return {"Type": None, "Title": self.title, "Status": self.status, "Detail": self.detail, "Extensions": {}}


def validation_body(elements: list[Json]) -> Json:
    """Xero's ValidationException envelope around the given elements."""
    return {
        "ErrorNumber": 10,
        "Type": "ValidationException",
        "Message": "A validation exception occurred",
        "Elements": elements,
    }
