"""Python loads this by itself where PYTHONPATH names its folder: a sandbox then tells a test what passes through it."""

import os
import sys

if "WITNESS" in os.environ and "cognito_explorer.sandbox" in sys.orig_argv:
    from tests.overheard import tell_of_all_requests

    tell_of_all_requests(os.environ["WITNESS"])
