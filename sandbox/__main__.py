"""`python -m sandbox`: the sandbox server alone."""

import sys

from sandbox.server import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
