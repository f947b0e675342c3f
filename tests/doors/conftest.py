"""The application of tests/web, for tests of the compatible doors."""

from tests.web.conftest import Service, service

__all__ = ["Service", "service"]
