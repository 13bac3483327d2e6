"""Rewards that are money paid out."""
