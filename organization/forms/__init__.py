"""Input shape and parsing of the organisation's pages; one file per subject."""
