"""`make run` starts together, stops together, and names the program that died."""

import os
import sys

import pytest

from config.embedded.paths import EmbeddedError, Home
from config.embedded.processes import is_alive
from config.embedded.supervisor import Program, Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
CRASH = [sys.executable, "-c", "import sys; sys.exit('no more paper')"]


@pytest.fixture
def build(tmp_path):
    made = []

    def make(*commands):
        programs = [Program(f"Program {i}", command, tmp_path / f"{i}.log") for i, command in enumerate(commands)]
        made.append(Supervisor(programs, os.environ, Home("test"), watched_servers=[]))
        return made[-1]

    yield make
    for supervisor in made:
        supervisor.stop()


def test_program_that_dies_is_named_with_its_last_lines(build):
    supervisor = build(SLEEP, CRASH)
    supervisor.start()
    with pytest.raises(EmbeddedError, match=r"Program 1 has ended \(exit code 1\)(.|\n)*no more paper"):
        supervisor.watch()


def test_stop_leaves_no_process_behind(build):
    supervisor = build(SLEEP, SLEEP)
    supervisor.start()
    started = [child.pid for _program, child in supervisor.running]
    supervisor.stop()
    assert not any(is_alive(pid) for pid in started)


def test_wish_to_stop_ends_the_watch(build):
    supervisor = build(SLEEP)
    supervisor.start()
    supervisor.asked_to_stop = True
    supervisor.watch()
    assert supervisor.wait_until_answering(lambda: True, 1) is False


def test_web_server_that_never_answers_is_reported(build):
    supervisor = build(SLEEP)
    supervisor.start()
    with pytest.raises(EmbeddedError, match="does not answer"):
        supervisor.wait_until_answering(lambda: False, 0.2)
