"""Rewards that are money given to a good cause."""
