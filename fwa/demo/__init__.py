"""The demo agency: an invented city government of any size, the same for the same seed and day.

It fills the tables of every app at once, which nothing else may do (design 2): mass rows are written set-based, and
the cases that people look at go through the services, on a clock that tells the time of the story.
"""
