"""What people are told about entries and their sealed positions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from organization.notices import register_notice

register_notice(
    "presence.location_opened",
    subject=_("Your location was looked at"),
    body=_("The evidence officer opened what is sealed with your entry of %(day_on)s. Who and why stands on the page."),
)
register_notice(
    "presence.home_opened",
    subject=_("The point of your home was looked at"),
    body=_("The evidence officer opened it. Who and why stands on the page."),
)
register_notice(
    "presence.home_confirmed",
    subject=_("The point of your home is confirmed"),
    body=_("Entries made there now count as made at home."),
)
register_notice(
    "presence.home_refused",
    subject=_("The point of your home is not confirmed"),
    body=_("HR says: %(reason)s Set it once more at home."),
    mail_body=_("HR did not confirm it. The reason stands in your notices. Set it once more at home."),
)
register_notice(
    "presence.prompt",
    subject=_("Please confirm that you are at work"),
    body=_("Open attendance and press the button. The minutes run from when you see it."),
)
