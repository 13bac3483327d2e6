"""Klaviyo's profiles export; the order of its columns varies."""
