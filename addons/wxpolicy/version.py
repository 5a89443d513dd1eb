"""The product's name and version, for ``--version``, exports and the package."""

NAME = "miniprogram-proxy"
VERSION = "0.2.0"
