"""Gunicorn: few processes with a few threads each; no personal data in the access log (path without query)."""

import os
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

from config import env

wsgi_app = "config.wsgi"
bind = env.text("WEB_BIND", "0.0.0.0:8000")  # in a container; `make run` says 127.0.0.1
workers = env.integer("WEB_WORKERS", 2, minimum=1)
threads = env.integer("WEB_THREADS", 4, minimum=1)
worker_class = "gthread"
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
preload_app = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a heartbeat file, not on disk
# config.middleware decides whose forwarded headers count.
forwarded_allow_ips = ""
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms %({x-request-id}o)s"


def child_exit(server: Any, worker: Any) -> None:
    """Forget the figures of a worker that has ended."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)
