"""The organisation's commands, one file per subject. Only these write its tables."""
