"""Providers of texts and calls, spoken to over HTTP."""
