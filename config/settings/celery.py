"""Celery: what is handed to the broker, how, and when the clock starts a task."""

from celery.schedules import crontab

from config import env
from config.embedded.paths import data_dir

CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_ENABLE_UTC = True

# A task is acknowledged after it ran: a killed worker's tasks run again, and every task may run twice.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_TIME_LIMIT = 30 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 25 * 60

CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # the worker waits for Redis for as long as it takes
CELERY_BROKER_CONNECTION_TIMEOUT = 0.5
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task, or Redis would hand it out a second time while it runs.
    "visibility_timeout": 2 * 60 * 60,
    "socket_connect_timeout": 0.5,
    "socket_timeout": 5,
    "max_retries": 0,
}
# Publishing gives up within a second: whoever publishes has its outbox row and does not need to wait.
CELERY_TASK_PUBLISH_RETRY = False

CELERY_BEAT_SCHEDULE_FILENAME = str(data_dir() / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "relay-outbox": {"task": "organization.tasks.relay_outbox", "schedule": 10.0},
    "expire-holds": {"task": "fwa.tasks.expire_holds", "schedule": 15 * 60.0},
    "escalate-overdue-steps": {"task": "fwa.tasks.escalate_overdue_steps", "schedule": crontab(minute=5)},
    "rescreen-by-date": {"task": "fwa.tasks.rescreen_by_date", "schedule": crontab(hour=0, minute=15)},
    "look-after-reviews": {"task": "fwa.tasks.look_after_reviews", "schedule": crontab(minute=20)},
    "make-grant-export": {"task": "fwa.tasks.make_grant_export", "schedule": crontab(hour=1, minute=15)},
    "send-mails-of-the-day": {"task": "organization.tasks.queue_digests", "schedule": crontab(hour=15, minute=30)},
    "forget-expired-tokens": {
        "task": "organization.tasks.forget_expired_tokens",
        "schedule": crontab(hour=2, minute=5),
    },
    "drain-stale-days": {"task": "attendance.tasks.drain_stale_days", "schedule": 10.0},
    # Hourly: units of three zones begin and end their days at different hours, and shifts at any.
    "keep-days-built": {"task": "attendance.tasks.keep_days_built", "schedule": crontab(minute=35)},
    "look-at-new-entries": {"task": "attendance.tasks.look_at_new_entries", "schedule": 10 * 60.0},
    "look-at-the-month": {"task": "attendance.tasks.look_at_the_month", "schedule": crontab(hour=3, minute=5)},
    "note-sign-of-life": {"task": "attendance.tasks.note_sign_of_life", "schedule": 60.0},
    "look-after-contacts": {"task": "attendance.tasks.look_after_contacts", "schedule": 60.0},
    "check-thresholds": {"task": "attendance.tasks.check_thresholds", "schedule": crontab(hour=3, minute=40)},
    "ask-prompts": {"task": "attendance.tasks.ask_prompts", "schedule": 5 * 60.0},
    "purge-locations": {"task": "attendance.tasks.purge_locations", "schedule": crontab(hour=2, minute=25)},
    "escalate-reviews": {"task": "performance.tasks.escalate_reviews", "schedule": crontab(minute=50)},
    "tell-overdue-outputs": {"task": "performance.tasks.tell_overdue_outputs", "schedule": crontab(hour=0, minute=25)},
    "tell-leaders-of-evaluations": {
        "task": "performance.tasks.tell_leaders_of_evaluations",
        "schedule": crontab(hour=5, minute=10),
    },
    "write-ledger-anchor": {"task": "fwa.tasks.write_ledger_anchor", "schedule": crontab(hour=23, minute=50)},
}
CELERY_WORKER_CONCURRENCY = env.integer("WORKER_PROCESSES", 2, minimum=1)
CELERY_WORKER_SEND_TASK_EVENTS = False
