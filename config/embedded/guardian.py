"""Process that stops the embedded servers when nobody uses them any more: ``python -m config.embedded.guardian``."""

import sys

from config.embedded import servers
from config.embedded.paths import Home

if __name__ == "__main__":
    servers.guard(Home(sys.argv[1]))
