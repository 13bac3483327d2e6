"""Shopify's customers export, with its present headers and with those it had before."""
