"""Shopify's orders export: a row per line, the order's own cells on its first row only."""
