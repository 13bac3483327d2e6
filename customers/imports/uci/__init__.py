"""UCI Online Retail: a real shop's year, with a real shop's dirt."""
