"""Speech: sound becomes words. Recognisers behind one port, the processes that hear, and what is found in words."""
