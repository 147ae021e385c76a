"""Everything that is kept: engine, units of work, outbox, one file per aggregate, read models."""
