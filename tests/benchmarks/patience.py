"""Ask a database, or a web in front of it, that may be away for a moment: the same question again under the same key."""

import time
from collections.abc import Callable
from typing import TypeVar

import requests
from sqlalchemy.exc import DBAPIError

SECONDS = 60
T = TypeVar("T")


def patiently(act: Callable[[], T]) -> T:
    """What this gives, as soon as it is not refused for the time being; what is wrong for good is raised at once."""
    until = time.monotonic() + SECONDS
    while True:
        try:
            return act()
        except (DBAPIError, requests.ConnectionError, requests.Timeout, requests.HTTPError) as error:
            if time.monotonic() > until or not _passes(error):
                raise
            time.sleep(0.5)


def _passes(error: Exception) -> bool:
    return not isinstance(error, requests.HTTPError) or error.response.status_code == 503
