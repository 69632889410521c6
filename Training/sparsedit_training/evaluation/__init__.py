"""Measures the product: the built `sparsedit` command on an exported model, with held-out pictures."""
