"""The pages of eligibility; one file per subject."""
