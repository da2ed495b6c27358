"""Read Chinese annual reports on open government information into typed, checked records."""

__version__ = "0.1.0"
