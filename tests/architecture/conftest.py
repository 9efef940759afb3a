"""The web application, for rules about its routes."""

from tests.webapp.conftest import browser, site, stranger  # noqa: F401
