"""METHOD_NOT_SUPPORTED: the call uses an HTTP method that the platform's documentation does not list.

data: "host", "method": what the call uses, "known": the methods that are listed

examples:
    {"host": "api.example.com", "method": "PATCH", "known": ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE"]}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import PAGE_REQUEST
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

ENTRY = Entry(
    family=Family.BEHAVIOUR,
    known=Known.DOCUMENTED,
    severity=Severity.WARNING,
    failure=Failure.NETWORK,
    title=Text("wx.request 不支持这个方法", "Method that wx.request does not know"),
    meaning=Text(
        "测试程序或 H5 版本用了 wx.request 文档没有列出的 HTTP 方法，常见的是 PATCH。在浏览器里可以用，在小程序里会失败。",
        "A test harness or an H5 build used an HTTP method that the documentation of wx.request does not list, mostly PATCH. It works in a browser and fails in a mini-program.",
    ),
    causes=(
        Text("RESTful 接口用 PATCH 更新数据", "a REST API updates with PATCH"),
        Text("代码与 H5 共用，axios.patch 没有替换", "code shared with H5 still calls axios.patch"),
    ),
    phone=Text(
        "立即进入 fail：errMsg “request:fail method is invalid”（开发者报告，随版本而异）。打开调试也一样。",
        'fail runs at once: errMsg "request:fail method is invalid" (reported by developers, differs by version). With debugging on as well.',
    ),
    general_fix=Text(
        "改用 POST 或 PUT；服务器支持时，用 POST 加请求头 X-HTTP-Method-Override: PATCH。",
        "Use POST or PUT; where the server supports it, POST with the header X-HTTP-Method-Override: PATCH.",
    ),
    clause="platform §1 [doc]",
    source=PAGE_REQUEST,
    message=Text(
        "对 {host} 的请求用了 {method}，wx.request 的文档只列出 {known}；在小程序里会以 “method is invalid” 失败。",
        'The request to {host} uses {method}; the documentation of wx.request lists {known} only, and in a mini-program this fails with "method is invalid".',
    ),
    fix=Text(
        "改用 POST 或 PUT；服务器支持时，用 POST 加请求头 X-HTTP-Method-Override: {method}。",
        "Use POST or PUT; where the server supports it, POST with the header X-HTTP-Method-Override: {method}.",
    ),
)
