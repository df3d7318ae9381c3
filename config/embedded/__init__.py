"""A real PostgreSQL and Redis without any preparation of the machine (wheels of the extra ``[local]``).

``paths`` says where things lie, ``postgres`` and ``redis`` start and stop one server each, ``servers`` shares them
between commands, ``supervisor`` and ``run`` are ``make run``. None of it is used where DATABASE_URL and REDIS_URL
are set.
"""
