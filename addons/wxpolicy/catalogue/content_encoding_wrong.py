"""CONTENT_ENCODING_WRONG: Content-Encoding names a compression that the body is not in.

data: "host", "declared": what the header says,
    "reason": "plain" (the body is not compressed), "corrupt", "truncated" or "unknown" (no client knows this coding)

examples:
    {"host": "api.example.com", "declared": "gzip", "reason": "plain"}
    {"host": "api.example.com", "declared": "gzip", "reason": "corrupt"}
    {"host": "api.example.com", "declared": "gzip", "reason": "truncated"}
    {"host": "api.example.com", "declared": "gzip", "reason": "unknown"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import OBSERVED
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_WHY = {
    "plain": Text("内容没有压缩", "the body is not compressed"),
    "corrupt": Text("压缩数据已损坏", "the compressed data is damaged"),
    "truncated": Text("压缩数据不完整", "the compressed data ends too early"),
    "unknown": Text("客户端不认识这种压缩", "no client knows this coding"),
}


def message(data: Values) -> Text:
    return data.say(
        "{host} 的响应头写着 Content-Encoding: {declared}，但{why}，客户端无法解压，调用失败。",
        "The answer of {host} says Content-Encoding: {declared}, but {why}; clients cannot unpack it and the call fails.",
        why=_WHY.get(str(data.raw("reason")), _WHY["corrupt"]),
    )


ENTRY = Entry(
    family=Family.RESPONSE,
    known=Known.MEASURED,
    failure=Failure.NETWORK,
    title=Text("Content-Encoding 与内容不符", "Content-Encoding is wrong"),
    meaning=Text(
        "响应头声明的压缩方式与内容不一致，客户端解压失败，收不到响应。",
        "The header declares a compression that the body is not in, so the client fails to unpack the answer.",
    ),
    causes=(
        Text("网关解压了内容，却保留了响应头", "a gateway unpacked the body and kept the header"),
        Text("应用和网关各压缩了一次", "both the application and the gateway compress"),
        Text("内容在传输途中被截断", "the body was cut off on its way"),
    ),
    phone=Text(
        "进入 fail，errMsg 以 “request:fail” 开头，其余随客户端而异。打开调试也一样。",
        'fail runs; errMsg begins with "request:fail", the rest differs by client. With debugging on as well.',
    ),
    general_fix=Text(
        "没有压缩就不要发送 Content-Encoding；压缩只在一处进行。",
        "Send no Content-Encoding with a plain body, and compress in one place only.",
    ),
    clause="platform §3",
    source=OBSERVED,
    message=message,
    fix=Text(
        "让压缩只发生一次并与 Content-Encoding 一致：没有压缩就不要发送这个响应头；网关与应用只由其中一个压缩。",
        "Compress once and let Content-Encoding say how: send no such header with a plain body, and let either the gateway or the application compress, not both.",
    ),
)
