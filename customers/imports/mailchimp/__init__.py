"""Mailchimp's audience export: who subscribed, with proof, who left, whose address is dead."""
