"""What is served over HTTP: the API, the live connection, the console."""
