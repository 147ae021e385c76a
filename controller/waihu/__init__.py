"""Waihu, an outbound and blended contact centre on Asterisk: the control plane."""

__version__ = "0.1.0"
