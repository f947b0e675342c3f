"""Coral's external moderation phase."""
