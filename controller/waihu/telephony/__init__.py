"""The seam to Asterisk: the Switch port, ARI, AMI, translation, reconciliation, and running an exchange."""
