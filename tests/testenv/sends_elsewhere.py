"""Entry for ``mitmdump -s``: what people's addons do to have a name answered by a test server.

``--set elsewhere_how=...``: "server_connect" (the common recipe), "server_connect_sni" (the SNI too),
"sni" (the SNI alone), "requestheaders" or "request" (the request's host and port), "via" (an upstream proxy, at the port).
``--set elsewhere_port=FILE``: FILE holds the loopback port, and, after a blank, the SNI.
"""

from pathlib import Path

from mitmproxy import ctx

HERE = "127.0.0.1"


class SendsElsewhere:
    def load(self, loader) -> None:
        loader.add_option("elsewhere_how", str, "", "Where it is changed.")
        loader.add_option("elsewhere_port", str, "", "The file that holds the port.")

    def _place(self) -> tuple[int, str]:
        port, _, sni = Path(ctx.options.elsewhere_port).read_text("utf-8").partition(" ")
        return int(port), sni

    def server_connect(self, data) -> None:
        how = ctx.options.elsewhere_how
        if not data.server.address or data.server.address[0] == HERE:
            return
        port, sni = self._place()
        if how in ("server_connect", "server_connect_sni"):
            data.server.address = (HERE, port)
        if how in ("server_connect_sni", "sni"):
            data.server.sni = sni or "elsewhere.example.com"

    def _request(self, how: str, flow) -> None:
        if ctx.options.elsewhere_how == how and flow.request.host != HERE:
            flow.request.host, flow.request.port = HERE, self._place()[0]

    def requestheaders(self, flow) -> None:
        if ctx.options.elsewhere_how == "via":
            flow.server_conn.via = ("http", (HERE, self._place()[0]))
        self._request("requestheaders", flow)

    def request(self, flow) -> None:
        self._request("request", flow)


addons = [SendsElsewhere()]
