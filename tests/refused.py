"""What a test expects of a value that cannot be read."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from core.domain.reasons import Defecto, InvalidValueError


@contextmanager
def refused(reason: Defecto) -> Iterator[None]:
    """The block raises InvalidValueError for this reason."""
    with pytest.raises(InvalidValueError) as refusal:
        yield
    assert refusal.value.reason is reason
