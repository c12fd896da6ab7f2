"""The Teams app package: its manifest, its icons, and the zip that an administrator uploads."""
