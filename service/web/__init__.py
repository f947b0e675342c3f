"""HTTP only: parse, authorise, call a use case, render."""
