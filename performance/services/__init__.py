"""The only place that writes what this app owns; one file per subject. What apps above call is named here."""

from performance.services.contracts import (
    Agreement,
    ContractSpec,
    OutputSpec,
    create_output_contract,
    create_output_contracts,
)

__all__ = ["Agreement", "ContractSpec", "OutputSpec", "create_output_contract", "create_output_contracts"]
