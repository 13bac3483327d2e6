"""Template tags: the words pages are written in (builtins, so no page loads them)."""
