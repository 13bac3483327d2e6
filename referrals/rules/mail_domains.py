"""Domains where anybody gets an address, and those whose addresses are thrown away.

The lists beside this file are facts and never complete; a brand adds its own (RewardSettings)."""

from pathlib import Path


def _listed(name: str) -> frozenset[str]:
    return frozenset(Path(__file__).with_name(name).read_text(encoding="ascii").split())


FREE = _listed("free_domains.txt")
THROWAWAY = _listed("throwaway_domains.txt")
