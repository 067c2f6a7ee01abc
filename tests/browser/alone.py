"""A country for one file of tests, where others neither answer nor count: ``country, server, site = alone.country, alone.server, alone.site``."""

import pytest

from tests.browser.conftest import Answers, new_country
from tests.server import Server


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    """The environment of a fresh database."""
    return new_country(tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def server(country):
    """Its application, which a test may kill and start again."""
    server = Server(country, 1)
    server.wait()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def site(server):
    """The address of its application."""
    return server.address


@pytest.fixture(scope="module")
def answers(country):
    """Its answers as they were when it was made."""
    return Answers(country)


@pytest.fixture(autouse=True)
def as_at_first(answers):
    """Before each test they are put back: pages keep what is typed on them by themselves."""
    answers.put_back()
