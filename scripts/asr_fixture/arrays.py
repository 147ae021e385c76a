"""Names for the arrays of this package."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]  # samples, of 16-bit range
Frames = NDArray[np.float32]  # features: frames x coefficients; weights
Numbers = NDArray[np.int64]  # class of each frame
Array = NDArray[Any]
