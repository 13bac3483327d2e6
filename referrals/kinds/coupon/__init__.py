"""Rewards that are a code that takes something off an order."""
