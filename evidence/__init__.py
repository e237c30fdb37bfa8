"""Proof: what can be checked about a deployment. It imports nothing of the product and knows no database."""
