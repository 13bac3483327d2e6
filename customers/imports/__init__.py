"""Where orders and customers come in from files: one folder per kind, one pipeline for all."""
