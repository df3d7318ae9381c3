"""The Celery application. DJANGO_SETTINGS_MODULE must be set by whoever starts the process."""

from celery import Celery

app = Celery("fleksibel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
