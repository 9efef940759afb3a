"""The tests' own servers work, keep to themselves, and are gone afterwards."""

from urllib.parse import parse_qs, urlsplit

import pytest
import redis
from sqlalchemy import create_engine, text

from tests import databases


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_takes_chinese_text_and_is_gone_afterwards(kind):
    with databases.database_url(kind) as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE word (text VARCHAR(20))"))
            connection.execute(text("INSERT INTO word VALUES ('调解')"))
            assert connection.scalar(text("SELECT text FROM word")) == "调解"
        engine.dispose()

    with pytest.raises(Exception, match="unable to open|connection"):
        create_engine(url).connect()


def test_postgresql_listens_on_no_network():
    with databases.postgresql() as url:
        assert parse_qs(urlsplit(url).query)["host"][0].startswith("/")
        engine = create_engine(url)
        with engine.connect() as connection:
            assert connection.scalar(text("SHOW listen_addresses")) == ""
        engine.dispose()


def test_valkey_answers_and_is_gone_afterwards():
    with databases.redis_url() as url:
        client = redis.from_url(url)
        client.set("key", "value")
        assert client.get("key") == b"value"
        client.close()

    with pytest.raises(redis.ConnectionError):
        redis.from_url(url).ping()


def test_an_unknown_kind_of_database_is_refused(monkeypatch):
    monkeypatch.setenv("SUTIAO_TEST_DATABASE", "oracle")
    with pytest.raises(databases.ServerFailed, match="oracle"), databases.database_url():
        pass
