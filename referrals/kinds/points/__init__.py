"""Rewards that are points to spend in the shop."""
