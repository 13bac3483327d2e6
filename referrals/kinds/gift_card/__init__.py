"""Rewards that are a card for the shop."""
