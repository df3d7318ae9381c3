"""Buttons that apps above put at the head of a contract's page, such as the request it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from organization.models import User
from performance.models import OutputContract


@dataclass(frozen=True)
class ContractLink:
    """`is_main`: the one thing to do here."""

    label: str
    url: str
    is_main: bool = False


ContractLinkProvider = Callable[[User, OutputContract], Iterable[ContractLink]]
_providers: list[ContractLinkProvider] = []


def register_contract_links(provider: ContractLinkProvider) -> ContractLinkProvider:
    """Decorator: a function (user, contract) -> links the user may open; two queries at most."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def contract_links(user: User, contract: OutputContract) -> list[ContractLink]:
    return [link for provider in _providers for link in provider(user, contract)]
