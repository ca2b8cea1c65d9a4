"""Where the home and its broker are."""

import os
import stat
from pathlib import Path

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st
from kombu import Connection
from kombu.utils.url import url_to_parts

from evalhub.stack import address


@pytest.fixture(autouse=True)
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)


def test_home_is_created_private_and_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EVALHUB_HOME", "state/here")
    assert address.home() == tmp_path / "state" / "here"
    assert stat.S_IMODE(address.home().stat().st_mode) == 0o700


def test_home_defaults_to_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVALHUB_HOME", raising=False)
    assert address.home() == tmp_path / "var"


def test_a_home_that_cannot_be_made_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EVALHUB_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(address.UnableToUseHome, match="set EVALHUB_HOME to a folder you can write to"):
        address.home()


def test_a_short_home_holds_its_socket() -> None:
    assert address.broker_socket(Path("/srv/eval")) == Path("/srv/eval/run/broker.sock")


@given(st.text("abcé /", min_size=1, max_size=300))
def test_every_socket_path_fits(name: str) -> None:
    home = Path("/srv") / name.replace("//", "/").lstrip("/")
    assert len(os.fsencode(address.broker_socket(home))) <= 100


def test_the_longest_home_that_fits_and_one_more() -> None:
    # "/" + n letters + "/run/broker.sock" (16 bytes) = n + 17 bytes, 100 of them for n = 83.
    assert address.broker_socket(Path("/" + "a" * 83)).parent.name == "run"
    assert address.broker_socket(Path("/" + "a" * 84)).parent.parent == Path("/tmp")


def test_two_long_homes_have_two_sockets() -> None:
    assert address.broker_socket(Path("/" + "a" * 200)) != address.broker_socket(Path("/" + "b" * 200))


@pytest.mark.parametrize("name", ["plain", "with space", "per%20cent", "hash#and?query", "é"])
def test_celery_and_redis_py_read_the_same_path(name: str) -> None:
    home = Path("/srv") / name
    seen_by_celery = url_to_parts(Connection(address.broker_url(home)).hostname)
    assert (seen_by_celery.scheme, "/" + seen_by_celery.path) == ("socket", f"/srv/{name}/run/broker.sock")
    pool = redis.ConnectionPool.from_url(address.redis_client_url(home))
    assert pool.connection_kwargs["path"] == f"/srv/{name}/run/broker.sock"


def test_redis_url_replaces_the_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://queue.example:6379/1")
    assert address.broker_url(Path("/srv")) == "redis://queue.example:6379/1"
    assert address.redis_client_url(Path("/srv")) == "redis://queue.example:6379/1"
