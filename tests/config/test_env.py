"""The reader of environment variables: right types, and at a wrong value the variable's name."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize(("raw", "value"), [("1", True), ("TRUE", True), ("on", True), ("0", False), ("No", False)])
def test_boolean_accepts_the_usual_words(monkeypatch, raw, value):
    monkeypatch.setenv("X_FLAG", raw)
    assert env.boolean("X_FLAG") is value


@pytest.mark.parametrize(
    ("read", "raw"),
    [
        (env.boolean, "ja"),
        (env.boolean, "2"),
        (env.integer, "many"),
        (env.integer, "-1"),
        (env.rate, "77"),
        (env.rate, "0/7m"),
        (env.rate, "77/5x"),
        (env.networks, "10.0.0.0/40"),
        (env.key_bytes, "c2hvcnQ="),
        (env.key_bytes, "not base64 at all!"),
        (env.database, "mysql://u@h/n"),
        (env.database, "postgresql://u@h"),
        (env.text, ""),
    ],
)
def test_wrong_value_stops_with_the_name_and_without_the_value(monkeypatch, read, raw):
    monkeypatch.setenv("X_WRONG", raw)
    with pytest.raises(ImproperlyConfigured) as error:
        read("X_WRONG")
    assert "X_WRONG" in str(error.value)
    assert not raw or raw not in str(error.value)


def test_missing_required_value_stops_with_its_name(monkeypatch):
    monkeypatch.delenv("X_MISSING", raising=False)
    with pytest.raises(ImproperlyConfigured, match="X_MISSING is not set"):
        env.text("X_MISSING")


def test_empty_optional_value_is_the_default(monkeypatch):
    monkeypatch.setenv("X_EMPTY", "")
    assert env.integer("X_EMPTY", 7) == 7


def test_database_address_may_name_a_socket_folder(monkeypatch):
    monkeypatch.setenv("X_DB", "postgresql://me@%2Frun%2Fpg/name")
    found = env.database("X_DB")
    assert (found["HOST"], found["USER"], found["NAME"]) == ("/run/pg", "me", "name")


def test_mail_folder_keeps_its_leading_slash(monkeypatch):
    monkeypatch.setenv("X_MAIL", "filemail:///srv/mail")
    assert env.email("X_MAIL")["EMAIL_FILE_PATH"] == "/srv/mail"


def test_list_is_trimmed(monkeypatch):
    monkeypatch.setenv("X_HOSTS", " a.example , b.example,")
    assert env.words("X_HOSTS") == ["a.example", "b.example"]
