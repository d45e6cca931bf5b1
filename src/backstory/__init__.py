"""Backstory turns a pile of raw news into cited stories."""

__version__ = "0.1.0"
