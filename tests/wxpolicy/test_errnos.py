"""errno and errMsg of a failing call, as platform §3 lists them."""

import pytest

from wxpolicy.errnos import failure
from wxpolicy.finding import Code
from wxpolicy.terms import Api


@pytest.mark.parametrize(
    ("code", "api", "host", "expected"),
    [
        (Code.DOMAIN_NOT_LISTED, Api.REQUEST, "a.com", (600002, "request:fail url not in domain list:a.com")),
        (Code.DOMAIN_WRONG_CATEGORY, Api.UPLOAD_FILE, "", (600002, "uploadFile:fail url not in domain list")),
        (Code.HOST_IS_IP, Api.CONNECT_SOCKET, "::1", (600002, "connectSocket:fail url not in domain list:::1")),
        (Code.HOST_IS_IP, Api.REQUEST, "::", (600002, "request:fail url not in domain list:::")),
        (Code.REDIRECT_NOT_LISTED, Api.REQUEST, "", (600002, "request:fail redirect url not in domain list")),
        (Code.REDIRECT_NOT_LISTED, Api.DOWNLOAD_FILE, "b.com", (600002, "downloadFile:fail redirect url not in domain list:b.com")),
        (Code.URL_INVALID, Api.REQUEST, "x", (600009, "request:fail invalid URL")),
        (Code.CERT_EXPIRED, Api.REQUEST, "a.com", (600001, "request:fail errcode:-201 cronet_error_code:-201 error_msg:net::ERR_CERT_DATE_INVALID")),
        (Code.CERT_CHAIN_INCOMPLETE, Api.REQUEST, "a.com", (600001, "request:fail errcode:-202 cronet_error_code:-202 error_msg:net::ERR_CERT_AUTHORITY_INVALID")),
        (Code.CERT_NAME_MISMATCH, Api.REQUEST, "a.com", (600001, "request:fail errcode:-200 cronet_error_code:-200 error_msg:net::ERR_CERT_COMMON_NAME_INVALID")),
        (Code.TIMEOUT, Api.REQUEST, "a.com", (5, "request:fail timeout")),
        (Code.INTERRUPTED, Api.CONNECT_SOCKET, "a.com", (600003, "connectSocket:fail interrupted")),
        (Code.CONCURRENCY_EXCEEDED, Api.REQUEST, "", (600007, "request:fail exceed max task count")),
        (Code.CHARSET_CONVERSION_FAILED, Api.REQUEST, "", (602302, "request:fail response data convert to UTF8 fail")),
        (Code.FILE_TOO_LARGE, Api.DOWNLOAD_FILE, "", (603301, "downloadFile:fail exceed max file size")),
        (Code.NETWORK_ERROR, Api.CONNECT_SOCKET, "a.com", (None, "connectSocket:fail")),
        (Code.NETWORK_ERROR, Api.REQUEST, "a.com", (None, "request:fail")),
        (Code.DOMAIN_NOT_LISTED, Api.REQUEST, "{0}{x}", (600002, "request:fail url not in domain list:{0}{x}")),
    ],
)  # fmt: skip
def test_failure(code, api, host, expected):
    assert failure(code, api, host) == expected


@pytest.mark.parametrize("code", Code)
@pytest.mark.parametrize("api", Api)
def test_every_code_has_a_text_for_every_api(code, api):
    errno, errmsg = failure(code, api, "a.com")
    assert errmsg.startswith(f"{api.value}:fail")
    if code.name.startswith(("CERT_", "TLS_")):
        assert errno == 600001
