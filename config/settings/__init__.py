"""`config.settings` is development on this machine; servers name `config.settings.prod`."""

from config.settings.dev import *  # noqa: F403
