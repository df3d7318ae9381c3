"""Sessions in the database, each read by a statement that is planned once; every request of a person asks for one."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from config.prepared import select


class SessionStore(db.SessionStore):
    """Django's own, but for how a session is read."""

    def _get_session_from_db(self) -> Session | None:
        key = self.session_key
        found = select(Session, "session_key = %s AND expire_date > %s", [key, timezone.now()]) if key else []
        if not found:
            self._session_key = None
            return None
        return found[0]
