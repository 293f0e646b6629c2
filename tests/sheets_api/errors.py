"""What the Sheets API answers when it refuses: one error, in the JSON that Google sends."""

from typing import Any, Final

ERROR_INFO: Final = "type.googleapis.com/google.rpc.ErrorInfo"
PROJECT: Final = "123456789012"
SERVICE: Final = "sheets.googleapis.com"


class GoogleError(Exception):
    """A refusal. `retry_after`, in whole seconds, becomes the header of that name."""

    def __init__(
        self,
        code: int,
        status: str,
        message: str,
        *,
        details: list[dict[str, Any]] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after
        self.body: dict[str, Any] = {"error": {"code": code, "message": message, "status": status}}
        if details:
            self.body["error"]["details"] = details


def invalid(message: str) -> GoogleError:
    return GoogleError(400, "INVALID_ARGUMENT", message)


def unparsable(text: str) -> GoogleError:
    return invalid(f"Unable to parse range: {text}")


def not_found() -> GoogleError:
    return GoogleError(404, "NOT_FOUND", "Requested entity was not found.")


def not_shared() -> GoogleError:
    return GoogleError(403, "PERMISSION_DENIED", "The caller does not have permission")


def unauthenticated() -> GoogleError:
    return GoogleError(
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        details=[
            {
                "@type": ERROR_INFO,
                "reason": "ACCESS_TOKEN_EXPIRED",
                "domain": "googleapis.com",
                "metadata": {"service": SERVICE},
            }
        ],
    )


def api_off() -> GoogleError:
    page = f"https://console.developers.google.com/apis/api/{SERVICE}/overview?project={PROJECT}"
    return GoogleError(
        403,
        "PERMISSION_DENIED",
        f"Google Sheets API has not been used in project {PROJECT} before or it is disabled. Enable it by visiting "
        f"{page} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our "
        "systems and retry.",
        details=[
            {
                "@type": "type.googleapis.com/google.rpc.Help",
                "links": [{"description": "Google developers console API activation", "url": page}],
            },
            {
                "@type": ERROR_INFO,
                "reason": "SERVICE_DISABLED",
                "domain": "googleapis.com",
                "metadata": {"service": SERVICE, "consumer": f"projects/{PROJECT}"},
            },
        ],
    )


def quota_exceeded(kind: str, limit: int, *, per_user: bool, retry_after: int | None) -> GoogleError:
    """`kind` is Read or Write."""
    name = f"{kind} requests per minute" + (" per user" if per_user else "")
    return GoogleError(
        429,
        "RESOURCE_EXHAUSTED",
        f"Quota exceeded for quota metric '{kind} requests' and limit '{name}' of service '{SERVICE}' for consumer "
        f"'project_number:{PROJECT}'.",
        details=[
            {
                "@type": ERROR_INFO,
                "reason": "RATE_LIMIT_EXCEEDED",
                "domain": "googleapis.com",
                "metadata": {
                    "consumer": f"projects/{PROJECT}",
                    "quota_limit": f"{kind}RequestsPerMinute" + ("PerUser" if per_user else "PerProject"),
                    "quota_limit_value": str(limit),
                    "quota_location": "global",
                    "quota_metric": f"{SERVICE}/{kind.lower()}_requests",
                    "service": SERVICE,
                },
            }
        ],
        retry_after=retry_after,
    )


def out_of_service(code: int, retry_after: int | None = None) -> GoogleError:
    """A 429, 500, 502, 503 or 504 that is nobody's fault."""
    status, message = {
        429: ("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
        500: ("INTERNAL", "Internal error encountered."),
        502: ("UNAVAILABLE", "Bad gateway."),
        503: ("UNAVAILABLE", "The service is currently unavailable."),
        504: ("DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
    }[code]
    return GoogleError(code, status, message, retry_after=retry_after)


def over_cell_limit(limit: int) -> GoogleError:
    return invalid(f"This action would increase the number of cells in the workbook above the limit of {limit} cells.")
