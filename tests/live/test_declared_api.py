"""X-Miniprogram-Api with a value that names no API: said on the terminal and in the report, once."""

from testenv.recorded import recorded
from testenv.recorded import wait_until

POLICY = (
    "appid: any\nscope: all\ndomains: {request: [https://api.example.com], downloadFile: [https://api.example.com]}\n"
)


def test_a_wrong_declaration_is_said_once_and_stands_in_the_report(lab, start_proxy):
    proxy = start_proxy(policy=POLICY)
    for path, api in (("/one", "uploadfile"), ("/two", "uploadfile"), ("/three", "nonsense"), ("/four", "request")):
        assert (
            proxy.clients.python_request(f"https://api.example.com{path}", headers={"X-Miniprogram-Api": api}).status
            == 200
        )
    said = 'X-Miniprogram-Api: "uploadfile" is not an API and has no effect'
    assert wait_until(lambda: said in proxy.output and '"nonsense" is not an API' in proxy.output)
    assert proxy.output.count(said) == 1
    # As before, such a call is told from the wire alone.
    assert [record.api_confidence for record in recorded(proxy)] == ["ambiguous"] * 3 + ["declared"]
    assert "x-miniprogram-api" not in {name.lower() for request in lab.origin.requests for name, _ in request.headers}
    assert proxy.stop() == 0
    report = " ".join(proxy.output.rpartition("THIS RECORDING")[2].split())
    assert "(did you mean uploadFile?)" in report
