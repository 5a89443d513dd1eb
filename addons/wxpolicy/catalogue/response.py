"""What comes back: encodings, sizes and status codes."""

from wxpolicy.catalogue.entry import PAGE_2017
from wxpolicy.catalogue.entry import PAGE_CURRENT
from wxpolicy.catalogue.entry import Entry
from wxpolicy.finding import Code
from wxpolicy.terms import Text

_UTF8 = (
    f"{PAGE_2017}：“建议服务器返回值使用 UTF-8 编码。对于非 UTF-8 编码，小程序会尝试进行转换，但是会有转换失败的可能”"
)
_BOM = f"{PAGE_2017}：“小程序会自动对 BOM 头进行过滤”"

ENTRIES = (
    Entry(
        Code.CHARSET_NOT_UTF8,
        Text("响应不是 UTF-8", "Response is not UTF-8"),
        Text(
            "响应是其他编码（例如 GBK）。小程序会尝试转换成 UTF-8，这次可以转换，但不保证每次都成功。",
            "The response is in another encoding, such as GBK. Mini-programs try to convert it; this one converts, but that is not promised.",
        ),
        (
            Text("老系统或第三方接口返回 GBK", "an older system or a third party answers in GBK"),
            Text("文件或模板以 GBK 保存", "a file or template was saved as GBK"),
        ),
        Text("通常进入 success，文字可能出现乱码。", "Usually success runs; the text may come out garbled."),
        Text(
            "服务器统一输出 UTF-8，并声明 Content-Type: application/json; charset=utf-8。",
            "Let the server send UTF-8 and say so: Content-Type: application/json; charset=utf-8.",
        ),
        "seed-2017 §3",
        _UTF8,
    ),
    Entry(
        Code.CHARSET_CONVERSION_FAILED,
        Text("响应无法转换成 UTF-8", "Response cannot be converted to UTF-8"),
        Text(
            "响应里有字节既不是 UTF-8，也不能按声明或检测到的编码转换。",
            "The response holds bytes that are neither UTF-8 nor valid in the declared or detected encoding.",
        ),
        (
            Text("按字节截断字符串，切断了一个汉字", "a string was cut by bytes, through the middle of a character"),
            Text("不同编码的内容拼在一起", "pieces in different encodings were joined"),
            Text("用文本方式返回二进制数据", "binary data was returned as text"),
        ),
        Text(
            "进入 fail：errno 602302，errMsg “request:fail response data convert to UTF8 fail”。打开调试也一样。",
            'fail runs: errno 602302, errMsg "request:fail response data convert to UTF8 fail". With debugging on as well.',
        ),
        Text(
            "服务器输出完整的 UTF-8，按字符而不是字节截断；二进制数据请设置 responseType: 'arraybuffer'。",
            "Send whole UTF-8 and cut by characters, not bytes; for binary data set responseType: 'arraybuffer'.",
        ),
        "seed-2017 §3; platform §3",
        _UTF8,
    ),
    Entry(
        Code.CHARSET_UNDECLARED,
        Text("没有声明编码", "Encoding not declared"),
        Text(
            "响应不是纯 ASCII，而 Content-Type 没有 charset，客户端只能猜测。",
            "The response is more than ASCII and its Content-Type names no charset, so the client has to guess.",
        ),
        (Text("服务器或静态文件没有设置 charset", "the server or static files set no charset"),),
        Text(
            "内容是 UTF-8 时正常；否则可能出现乱码或转换失败。",
            "Fine for UTF-8; anything else may come out garbled or fail to convert.",
        ),
        Text(
            "加上响应头 Content-Type: application/json; charset=utf-8（nginx 为 charset utf-8;）。",
            "Send Content-Type: application/json; charset=utf-8 (with nginx: charset utf-8;).",
        ),
        "seed-2017 §3",
        _UTF8,
    ),
    Entry(
        Code.CHARSET_MISDECLARED,
        Text("声明的编码与内容不符", "Declared encoding is wrong"),
        Text(
            "Content-Type 或内容里声明的编码，与实际的字节不一致。",
            "The encoding that Content-Type or the content declares is not the one that the bytes are in.",
        ),
        (
            Text(
                "接口改成了 UTF-8，响应头仍写 GBK，或者相反",
                "the body went to UTF-8 and the header still says GBK, or the other way round",
            ),
            Text("网关统一加上了 charset", "a gateway adds the same charset to everything"),
        ),
        Text(
            "可能进入 success 但文字是乱码；不同客户端表现不同。", "success may run with garbled text; clients differ."
        ),
        Text("让响应头与内容一致，最好都用 UTF-8。", "Make header and body agree, best on UTF-8."),
        "seed-2017 §3",
        _UTF8,
    ),
    Entry(
        Code.BOM_STRIPPED,
        Text("响应开头的 BOM 被去掉", "BOM removed from the response"),
        Text(
            "响应以字节顺序标记（EF BB BF）开头。小程序会把它过滤掉，其他程序不一定。",
            "The response begins with a byte order mark (EF BB BF). Mini-programs remove it; other programs may not.",
        ),
        (
            Text(
                "文件用 Windows 记事本等保存为“带 BOM 的 UTF-8”",
                'a file was saved as "UTF-8 with BOM", for example by Windows Notepad',
            ),
        ),
        Text("没有影响，进入 success。", "No effect: success runs."),
        Text("把源文件保存为不带 BOM 的 UTF-8。", "Save the source file as UTF-8 without a BOM."),
        "seed-2017 §3",
        _BOM,
    ),
    Entry(
        Code.BOM_REPEATED,
        Text("响应开头有多个 BOM", "More than one BOM"),
        Text(
            "响应开头有不止一个 BOM。平台只过滤一个，剩下的会留在数据里。",
            "The response begins with more than one byte order mark. The platform removes exactly one; the rest stays in the data.",
        ),
        (
            Text("模板与被包含的文件都带 BOM", "a template and a file that it includes both carry one"),
            Text("拼接了多个带 BOM 的文件", "several files with a BOM were joined"),
        ),
        Text(
            "进入 success，但 JSON 解析失败，res.data 会是字符串。",
            "success runs, but the JSON does not parse and res.data is a string.",
        ),
        Text(
            "检查模板和所有被包含的文件，保存为不带 BOM 的 UTF-8。",
            "Save the template and every included file as UTF-8 without a BOM.",
        ),
        "seed-2017 §3; platform §1 [doc]",
        f"{_BOM}; {PAGE_CURRENT}",
    ),
    Entry(
        Code.FILE_TOO_LARGE,
        Text("文件超过大小上限", "File too large"),
        Text(
            "wx.downloadFile 下载的文件超过了 200 MB（现行规则）。",
            "wx.downloadFile fetched more than 200 MB (today's rules).",
        ),
        (
            Text("直接下载原始视频或安装包", "an original video or an installer is downloaded as it is"),
            Text("压缩包没有拆分", "an archive was not split"),
        ),
        Text(
            "进入 fail：errno 603301，errMsg “downloadFile:fail exceed max file size”。打开调试也一样。",
            'fail runs: errno 603301, errMsg "downloadFile:fail exceed max file size". With debugging on as well.',
        ),
        Text(
            "缩小或拆分文件；视频用 video 组件播放，不要整个下载。",
            "Make the file smaller or split it; play videos with the video component instead of downloading them.",
        ),
        "platform §3",
        PAGE_CURRENT,
    ),
    Entry(
        Code.STATUS_IS_SUCCESS,
        Text("错误状态码也进入 success", "Error status counted as success"),
        Text(
            "服务器返回了 4xx 或 5xx。只要收到响应，小程序就进入 success 回调，不进入 fail。",
            "The server answered 4xx or 5xx. Whenever an answer arrives, the success callback runs, not fail.",
        ),
        (
            Text("只在 fail 回调里处理错误", "errors are handled in fail alone"),
            Text("登录过期返回 401，页面当成正常数据", "a 401 for an expired login is taken for data"),
        ),
        Text(
            "进入 success，res.statusCode 为该状态码，errMsg “request:ok”。",
            'success runs, res.statusCode is that status, errMsg "request:ok".',
        ),
        Text(
            "在 success 里先判断 res.statusCode，再使用 res.data。",
            "Check res.statusCode in success before using res.data.",
        ),
        "seed-2017 §3",
        f"{PAGE_2017}：“无论statusCode是多少，都会进入success回调”",
    ),
)
