"""What Qt and Chromium say on a machine without a screen and a GPU; none of it is about our code."""

import pytest

headless_web = pytest.mark.qt_log_ignore(
    "This plugin does not support propagateSizeHints",
    "QRhiGles2: Failed to create",
    "Failed to create RHI for backend",
    "GPUInfo not initialized on GpuInfoUpdate",
)
