"""The upstream proxy (``--mode upstream:``), if connections go out through one."""

from mitmproxy import connection


def proxy_of(server: connection.Server | None) -> str:
    """Its address as a URL; "" if the connection goes out directly."""
    if server is None or server.via is None:
        return ""
    scheme, (host, port) = server.via
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
