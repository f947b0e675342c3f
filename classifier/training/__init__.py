"""Trains bundles. The serving process imports nothing from here."""
