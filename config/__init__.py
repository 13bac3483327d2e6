"""Composition: settings, urls, wiring, commands. It may import every app; none imports it
but for `config.kit`."""
