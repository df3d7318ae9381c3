"""One REDIS_URL, three spellings."""

import pytest

from config.redis_url import derive


@pytest.mark.parametrize(
    ("given", "celery", "client"),
    [
        ("redis://cache:6379/2", "redis://cache:6379/2", "redis://cache:6379/2"),
        ("redis://cache", "redis://cache/0", "redis://cache/0"),
        ("rediss://:pw@cache:6380/1", "rediss://:pw@cache:6380/1", "rediss://:pw@cache:6380/1"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0", "unix:///run/redis.sock?db=0"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3", "unix:///run/redis.sock?db=3"),
        (
            "redis+socket:///run/redis.sock?virtual_host=4",
            "redis+socket:///run/redis.sock?virtual_host=4",
            "unix:///run/redis.sock?db=4",
        ),
    ],
)
def test_every_spelling_is_derived(given, celery, client):
    urls = derive(given)
    assert (urls.celery, urls.client) == (celery, client)


@pytest.mark.parametrize("wrong", ["", "http://cache", "redis://", "unix://relative", "redis://cache/main"])
def test_anything_else_is_refused(wrong):
    with pytest.raises(ValueError, match=r".+"):
        derive(wrong)
