"""What a reward can be: one kind, one folder."""
