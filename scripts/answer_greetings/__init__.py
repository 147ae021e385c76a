"""Synthetic answers of telephones: people, answering machines, announcements, faxes, made by espeak-ng and from tones.

Texts and voices are of two sets that share nothing: one to train with, one to measure with.
"""
