"""Addresses of a unit's capacity."""

from datetime import date

from django.urls import path, register_converter

from fwa.views import capacity


class IsoDay:
    """A date in an address: 2026-11-24. What only looks like one is not found."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(IsoDay, "iso_day")

capacity_urls = [
    path("units/capacity/", capacity.capacity_home, name="capacity_home"),
    path("units/<int:pk>/capacity/", capacity.unit_capacity_page, name="unit_capacity"),
    path("units/<int:pk>/capacity/<iso_day:day>/", capacity.unit_day, name="unit_day"),
]
