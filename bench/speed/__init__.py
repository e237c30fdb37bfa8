"""How fast the product answers, beside its peers over the same data."""
