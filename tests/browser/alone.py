"""A country for one file of tests, where others neither answer nor count: ``country, site = alone.country, alone.site``."""

import pytest

from tests.browser.conftest import new_country
from tests.server import Server


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    """The environment of a fresh database."""
    return new_country(tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def site(country):
    """The address of its application."""
    server = Server(country, 1)
    server.wait()
    yield server.address
    server.stop()
