"""The product's name and version, as ``--version``, exports and the package give them."""

NAME = "miniprogram-proxy"
VERSION = "0.2.0"
