"""``scripts/fetch-asr-model``: gets models of speech recognition by a manifest, resumed, checked, safely unpacked."""
