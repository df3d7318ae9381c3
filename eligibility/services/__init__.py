"""The commands of eligibility, one file per subject. Only these write its tables."""

from eligibility.services.policies import (
    publish_first_policies,
    publish_version,
    seed_circumstance_kinds,
    seed_default_policies,
    seed_policies,
    seed_terms,
)
from eligibility.services.screenings import perform_run, run_screening, store_screening, store_screenings

__all__ = [
    "perform_run",
    "publish_first_policies",
    "publish_version",
    "run_screening",
    "seed_circumstance_kinds",
    "seed_default_policies",
    "seed_policies",
    "seed_terms",
    "store_screening",
    "store_screenings",
]
