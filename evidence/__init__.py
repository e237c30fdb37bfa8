"""Proof: what a deployment's own records say and how far to believe them. Pure: time and look-ups are arguments."""
