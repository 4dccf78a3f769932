"""From the words of SQLAlchemy and the drivers to this project's errors, one sentence each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from ag2_marketing_tools.errors import Conflict, InvalidInput, MarketingError, StoreError
from ag2_marketing_tools.workspace.store.location import Location

_DRIVER_CLASS = re.compile(r"^<class '[^']*'>: ")


@contextmanager
def while_connecting(location: Location) -> Iterator[None]:
    """Turn whatever keeps a connection from being made into a `StoreError`."""
    try:
        yield
    except MarketingError:
        raise
    except Exception as error:
        raise StoreError(
            _sentence(f"{location.name[:1].upper()}{location.name[1:]} cannot be opened", location, error)
        ) from error


@contextmanager
def while_running(location: Location) -> Iterator[None]:
    """Turn the database's refusals into this project's errors, without the values that were refused.

    Raises:
        Conflict: A unique key or a foreign key stands against it.
        InvalidInput: A value cannot be held (a naive time, NaN in JSON, a zero byte in text).
        StoreError: Everything else.
    """
    try:
        yield
    except IntegrityError as error:
        # The driver's detail quotes the key, which may be a person's: it is not chained.
        raise Conflict(_sentence("The database refused a row", location, error)) from None
    except DBAPIError as error:
        if _is_about_a_value(error):
            raise InvalidInput(_sentence("The database cannot hold a value", location, error)) from None
        raise StoreError(_sentence("The database failed", location, error)) from error
    except StatementError as error:
        raise InvalidInput(_sentence("The database cannot hold a value", location, error)) from error
    except SQLAlchemyError as error:
        raise StoreError(_sentence("The database failed", location, error)) from error


def _is_about_a_value(error: DBAPIError) -> bool:
    """Tell whether the value was at fault: class 22 of the SQLSTATEs (ISO 9075), "data exception"."""
    return isinstance(error, DataError) or str(getattr(error.orig, "sqlstate", None)).startswith("22")


def _sentence(what: str, location: Location, error: BaseException) -> str:
    cause = getattr(error, "orig", None) or error
    lines = _DRIVER_CLASS.sub("", str(cause)).strip().splitlines()
    reason = location.without_secret(lines[0]) if lines else type(cause).__name__
    return f"{what}: {reason.rstrip('.')}."
