"""The organisation's pages; one file per subject."""
