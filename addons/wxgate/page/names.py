"""Host names that exist inside the proxy alone."""

# .test belongs to nobody (RFC 6761).
DEVICE_PAGE_HOST = "miniprogram.test"
