"""The commands of eligibility, one file per subject. Only these write its tables."""

from eligibility.services.policies import (
    publish_first_policies,
    seed_circumstance_kinds,
    seed_default_policies,
    seed_policies,
    seed_terms,
)
from eligibility.services.publishing import publish_version, send_back_version
from eligibility.services.screenings import perform_run, run_screening, store_screening, store_screenings
from eligibility.services.simulations import perform_simulation, start_simulation

__all__ = [
    "perform_run",
    "perform_simulation",
    "publish_first_policies",
    "publish_version",
    "run_screening",
    "seed_circumstance_kinds",
    "seed_default_policies",
    "seed_policies",
    "seed_terms",
    "send_back_version",
    "start_simulation",
    "store_screening",
    "store_screenings",
]
