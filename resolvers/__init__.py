"""What happens: plain async functions over rows, one noun a file. Each answers for all its parents at once."""
