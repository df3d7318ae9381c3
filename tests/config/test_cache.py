"""The cache fails open: with Redis away nothing raises and nobody is locked out."""

import pytest

from config.cache import FailOpenRedisCache


@pytest.fixture(autouse=True)
def _awake(monkeypatch):
    monkeypatch.setattr(FailOpenRedisCache, "_asleep_until", 0.0)


def make(url):
    return FailOpenRedisCache(url, {"OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}})


@pytest.fixture
def away(tmp_path):
    return make(f"unix://{tmp_path}/nothing.sock?db=0")


def test_reads_are_misses_and_writes_are_skipped(away):
    away.set("key", 1)
    assert away.get("key") is None
    assert away.get("key", "default") == "default"
    assert away.get_many(["key"]) == {}
    assert away.delete("key") is False
    assert away.has_key("key") is False
    assert away.incr("key", 2) == 2
    away.clear()


def test_add_succeeds_so_that_a_lock_shuts_nobody_out(away):
    assert away.add("lock", 1) is True
    assert away.add("lock", 1) is True


def test_real_redis_keeps_values(redis_url):
    real = make(redis_url)
    real.set("fleksibel-test", {"a": 1}, 5)
    assert real.get("fleksibel-test") == {"a": 1}
    assert real.add("fleksibel-test", 2) is False
    real.delete("fleksibel-test")
    assert real.get("fleksibel-test") is None


def test_redis_that_returns_is_used_again(away, redis_url):
    assert away.get("key") is None
    FailOpenRedisCache._asleep_until = 0.0
    real = make(redis_url)
    real.set("fleksibel-back", 1, 5)
    assert real.get("fleksibel-back") == 1
