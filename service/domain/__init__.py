"""Decisions about comments as pure functions: no I/O, no clock, no framework."""
