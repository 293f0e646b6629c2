"""What can go wrong with the office's spreadsheet: errors like those of `core.domain.errors`."""

from collections.abc import Mapping

from core.domain.errors import KioskError
from core.domain.reasons import Defecto, FallaPlanilla, InvalidValueError


class SheetUnusableError(KioskError):
    """The office's spreadsheet cannot be used as it is: nothing was taken from it. `sheet` is the worksheet."""

    error_code, status = "SHEET_UNUSABLE", 422

    def __init__(self, sheet: str, reason: Defecto, **data: object) -> None:
        super().__init__(sheet=sheet, reason=reason, data=data)


class SheetHasHistoryError(SheetUnusableError):
    """The worksheet `sheet` has events, and this ledger, which is empty, does not have them."""

    error_code, status = "SHEET_HAS_HISTORY", 409

    def __init__(self, sheet: str) -> None:
        super().__init__(sheet, Defecto.HOJA_CON_HISTORIA)


class SheetDisagreesError(KioskError):
    """Taller and Metadata say different things of some spools: whoever rebuilds must say which of the two counts.

    `spools` maps tags to the columns that differ, each with the texts of Taller and of Metadata.
    """

    error_code, status = "SHEET_DISAGREES", 409

    def __init__(self, spools: Mapping[str, Mapping[str, tuple[str, str]]]) -> None:
        self.spools = spools
        super().__init__(count=len(spools), spools=spools)


class SheetUnavailableError(KioskError):
    """The office's spreadsheet is not available. `detail` has Google's own words; `key`: what is wrong with the key.

    `retry_after` is in seconds, as Google asked. `account` is who asked: the e-mail address of the service account,
    which is no secret, or the station that met the spreadsheet of another, `detail`.
    """

    error_code, status = "SHEET_UNAVAILABLE", 503

    def __init__(
        self,
        falla: FallaPlanilla,
        *,
        detail: str = "",
        retry_after: float | None = None,
        doubtful: bool = False,
        account: str = "",
        key: InvalidValueError | None = None,
    ) -> None:
        self.falla = falla
        self.retry_after = retry_after
        self.doubtful = doubtful
        why = {"reason": key.reason if key else None, "data": key.data if key else {}}
        super().__init__(falla=falla, detail=detail, retry_after=retry_after, doubtful=doubtful, account=account, **why)


class PullInProgressError(KioskError):
    """Another pull is under way: this one loaded nothing."""

    error_code, status = "PULL_IN_PROGRESS", 409
