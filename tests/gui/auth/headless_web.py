"""What Qt and Chromium say on a machine without a screen and a GPU; none of it is about our code."""

import pytest

# On each test, as a decorator: pytest-qt looks at the closest mark alone.
headless_web = pytest.mark.qt_log_ignore(
    "This plugin does not support",
    "QRhiGles2: Failed to create",
    "Failed to create RHI for backend",
    "QVulkanInstance: Failed to initialize Vulkan",
    "GBM is not supported with the current configuration",
    "GPUInfo not initialized on GpuInfoUpdate",
)
