"""Which time of an entry counts: the server's, or the device's for one that was kept while offline. Plain values."""

from __future__ import annotations

from datetime import datetime, timedelta

# A device sends at once when it can: less than this is the network, not a queue.
AT_ONCE = timedelta(seconds=60)


def counted_time(
    *,
    received_at: datetime,
    client_at: datetime | None,
    sent_at: datetime | None,
    was_queued: bool,
    late_sync_days: int,
) -> tuple[datetime, bool]:
    """The time that counts, and whether the entry was sent later than it was made.

    Only an entry that waited in the device counts by the device's clock, and only within the days that the terms
    allow. `sent_at`, the device's clock at the moment of sending, tells how far that clock is off; more than a minute
    is taken out again. The future is never believed. DESIGN.
    """
    if not was_queued or client_at is None:
        return received_at, False
    made_at = client_at + _clock_error(received_at, sent_at)
    age = received_at - made_at
    if age < -AT_ONCE:
        return received_at, False
    if age <= AT_ONCE:
        return min(made_at, received_at), False
    if age > timedelta(days=late_sync_days):
        return received_at, True
    return made_at, True


def _clock_error(received_at: datetime, sent_at: datetime | None) -> timedelta:
    error = received_at - sent_at if sent_at is not None else timedelta()
    return error if abs(error) > AT_ONCE else timedelta()
