"""Dialplan templates: rendered so that no value can add to the dialplan, read, and looked through. Pure."""
