"""Google's Perspective API (v1alpha1)."""
