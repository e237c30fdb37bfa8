"""Benchmarks: each folder answers one question with one command."""
