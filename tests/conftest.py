"""What every test may ask for: an empty store on each database (`stores`)."""

pytest_plugins = ["tests.support.databases"]
