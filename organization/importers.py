"""The organisation's importers; loading them puts them into the registry."""

from organization.importing import discipline, employees, position_tasks  # noqa: F401
