"""The tool drawer below every app: no models, no domain."""
