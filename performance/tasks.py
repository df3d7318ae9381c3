"""Celery tasks of performance: thin doors to its services."""
