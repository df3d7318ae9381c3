"""Settings, addresses and processes of the project; no business code.

The Celery application is loaded with Django so that ``shared_task`` finds it. Under ``config.embedded`` the package
is also imported before Django is configured, which is why the import below must stay free of settings.
"""

from config.celery import app as celery_app

__all__ = ["celery_app"]
