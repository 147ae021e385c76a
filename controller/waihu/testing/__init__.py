"""Shipped stand-ins and tools for tests: FakeSwitch, VirtualLoop, factories. Only tests import this package."""
