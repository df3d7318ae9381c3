"""The Celery application. DJANGO_SETTINGS_MODULE must be set by whoever starts the process."""

from celery import Celery
from celery.signals import setup_logging

app = Celery("fleksibel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_django_logging(**_kwargs: object) -> None:
    """Keep the handlers of Django's LOGGING: Celery installs its own unless somebody listens here."""
