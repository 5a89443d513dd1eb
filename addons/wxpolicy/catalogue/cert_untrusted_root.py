"""CERT_UNTRUSTED_ROOT: the chain ends in nothing that the trust store holds.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold),
    "reason": "root" (it ends in this root), "issuer" (nobody knows the issuer),
    "signature" (it does not verify with the issuer's key), "key_id" (it names another key of its issuer),
    "no_root" (the store holds it, but it is no root), "too_long" (more than "limit" certificates below the root) or
    "undecided" (other vendors hold it, this platform's own list is not at hand; no certificate, no field),
    "issuer": the issuer's name, "aia": the address where the certificate says to get the issuer's, absent without one

examples:
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "authorityKeyIdentifier", "trust_stores": ["mozilla"], "reason": "key_id", "issuer": "CN=Issuing CA"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "issuer", "trust_stores": ["mozilla"], "reason": "no_root"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "path", "trust_stores": ["mozilla"], "reason": "too_long", "limit": 20}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "subject", "trust_stores": ["mozilla + 1 extra"], "reason": "root"}
    {"host": "api.example.com", "trust_stores": ["Chrome"], "reason": "undecided"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "issuer", "trust_stores": ["mozilla"], "reason": "issuer", "issuer": "CN=Issuing CA", "aia": "http://ca.example.com/ca.crt"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "issuer", "trust_stores": ["mozilla"], "reason": "issuer", "issuer": "CN=Issuing CA"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "signature", "trust_stores": ["mozilla"], "reason": "signature", "issuer": "CN=Issuing CA"}
"""

from wxpolicy.catalogue.wording.certificates import about
from wxpolicy.catalogue.wording.certificates import label
from wxpolicy.catalogue.wording.certificates import store
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.phones import refused_after_handshake
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_NET_ERROR = NetError(-202, "ERR_CERT_AUTHORITY_INVALID")


def message(data: Values) -> Text:
    match data.raw("reason"):
        case "issuer":
            return about(
                data,
                "签发者 {issuer} 既不在服务器发来的证书链里，也不在信任库里，而且不是已知的公共中间证书",
                "its issuer {issuer} is neither served nor in the trust store, nor a known public intermediate",
            )
        case "signature":
            return about(
                data,
                "用签发者 {issuer} 的公钥验证签名失败",
                "does not verify with the key of its issuer {issuer}",
            )
        case "key_id":
            return about(
                data,
                "指明的签发者密钥不是 {issuer} 的密钥，该平台不接受",
                "names another key than that of its issuer {issuer}, which this platform does not take",
            )
        case "no_root":
            return about(
                data,
                "信任库里有它，但它不是自签名的根证书，手机上可能无法设为完全信任",
                "the trust store holds it, but it is no self-signed root, and phones may not let a user trust it fully",
            )
        case "too_long":
            return about(
                data,
                "根证书以下超过 {limit} 张证书，该平台不再往上找",
                "more than {limit} certificates below the root: this platform looks no further",
            )
        case "undecided":
            return data.say(
                "证书链的根证书在其他厂商的列表里，但不在这个列表里；Chrome 自己的根证书列表这里没有，开发者工具是否信任无法判断{store}",
                "the chain's root stands in other vendors' lists, but not in this one; Chrome's own list is not at hand, so "
                "whether the devtools trust it cannot be told{store}",
                store=store(data),
            )
    return about(
        data,
        "证书链以这张根证书结尾，但信任库里没有它",
        "the chain ends in this root, which the trust store does not hold",
    )


def fix(data: Values) -> Text:
    if data.raw("reason") == "undecided":
        return Text(
            "手机上的结果见其他平台；要确定开发者工具的结果，用开发者工具打开这个地址，或换用所有列表都有的 CA。",
            "See what is said of the other platforms; to be sure of the devtools, open the address in them, or use a CA "
            "that all lists hold.",
        )
    if data.raw("reason") == "key_id":
        return Text(
            "用签发它的 CA 的 subjectKeyIdentifier 重新签发，或换上密钥相符的那张中间证书。",
            "Have it issued again with the subjectKeyIdentifier of its CA, or serve the intermediate that has this key.",
        )
    if data.raw("reason") == "no_root":
        return Text(
            "在 extra_roots 里写根证书，并让服务器发送中间证书。",
            "Name the root in extra_roots, and let the server send the intermediate.",
        )
    if data.raw("reason") == "too_long":
        return Text("换用层级更少的证书链。", "Use a chain with fewer levels.")
    if data.raw("reason") == "signature":
        return Text(
            "证书或中间证书拿错了，或文件已损坏：从 CA 重新下载整条证书链。",
            "This certificate or its intermediate is the wrong one, or a file is damaged: download the whole chain "
            "from the CA again.",
        )
    is_issuer = data.raw("reason") == "issuer"
    another = data.say(
        "换用受信任 CA 签发的证书；若 `{name}` 是自己的测试 CA，在 policy.yaml 写 `certificates: {extra_roots: [ca.pem]}`。",
        "Serve a certificate of a trusted CA; if `{name}` is a test CA of your own, write "
        "`certificates: {extra_roots: [ca.pem]}` into policy.yaml.",
        name=data.text("issuer") if is_issuer else label(data),
    )
    if not is_issuer:
        return another
    return data.say(
        "{another}如果 `{issuer}` 是中间证书{aia}，把它追加到服务器的证书链文件。",
        "{another} If `{issuer}` is an intermediate{aia}, append it to the server's chain file.",
        another=another,
        aia=data.say("，AIA {aia}", " (AIA URL {aia})") if data.has("aia") else "",
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    title=Text("根证书不受信任", "Untrusted root"),
    meaning=Text(
        "证书链的根不在信任库里。各厂商的信任库不同，结论里写明了用的是哪一个。",
        "The chain ends in a root that the trust store does not hold. Each vendor has its own store; the finding names the one used.",
    ),
    causes=(
        Text("公司内部 CA 签发", "issued by a company's own CA"),
        Text("上网环境里有解密网关替换了证书", "a decrypting gateway in the network replaced the certificate"),
        Text(
            "CA 太新，旧手机不认识（如 Android 7.1.1 之前不认识 ISRG Root X1）",
            "the CA is too new for older phones (ISRG Root X1 before Android 7.1.1)",
        ),
    ),
    phone=refused_after_handshake(_NET_ERROR),
    general_fix=Text(
        "换用各平台都信任的 CA；内部 CA 只用于测试，写入 policy.yaml 的 extra_roots。",
        "Use a CA that every platform trusts; a private CA is for tests only, named in extra_roots of policy.yaml.",
    ),
    clause="seed-2017 §1; platform §5",
    source=f"{PAGE_2017}：“部分 CA 可能不被操作系统信任”",
    message=message,
    fix=fix,
)
