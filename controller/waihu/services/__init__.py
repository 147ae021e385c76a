"""What happens: call desk, dial loop, agents, recordings, import, reports."""
