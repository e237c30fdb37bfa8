"""OpenTelemetry GenAI traces: read under limits, reduced to figures, tested for plausibility.

What leaves this package holds counts, quantiles, classes and ids that the caller's own look-ups returned; never a
string of the upload.
"""
