"""Rewards that are money to spend in the shop."""
