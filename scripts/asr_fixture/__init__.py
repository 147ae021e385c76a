"""Trains and measures the fixture models of speech recognition: small Vosk models of espeak-ng's voices.

Start with ``README.md``; ``training.py`` is the recipe in order, each step a module of its own.
"""
