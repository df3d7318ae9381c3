"""Settings by concern: ``base`` plus one of ``dev``, ``test``, ``production``; values come from ``config.env`` only."""
