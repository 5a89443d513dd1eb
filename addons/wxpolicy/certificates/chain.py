"""Why a chain ends in no trusted root: self-signed, an unknown root, or a hole in what the server sends."""

from collections.abc import Iterator

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import place
from wxpolicy.certificates.intermediates import known_issuer
from wxpolicy.certificates.path import Search
from wxpolicy.certificates.platforms import EVERYONE
from wxpolicy.certificates.platforms import HOLE_WITH_AIA
from wxpolicy.certificates.platforms import HOLE_WITHOUT_AIA
from wxpolicy.certificates.platforms import IOS_ONLY
from wxpolicy.certificates.platforms import PERHAPS_EVERYONE
from wxpolicy.certificates.signing import signed_by
from wxpolicy.finding import Code
from wxpolicy.finding import Status
from wxpolicy.terms import Text

CLAUSE = "seed-2017 §1; platform §5"


def trust(found: Search) -> Iterator[Fault]:
    """CERT_SELF_SIGNED, CERT_UNTRUSTED_ROOT or CERT_CHAIN_INCOMPLETE; nothing where a path ends in a root.

    A self-signed server certificate that the user put into the trust store
    passes, but not on iOS (seed-2017 §1, "iOS 不支持自签名证书").
    """
    if found.complete:
        path = min(found.complete, key=len)
        if len(path) == 1:
            yield _self_signed(path[0], trusted=True)
        return
    tip = found.partial[-1]
    if tip.cert.self_issued and signed_by(tip.cert, tip.cert):
        yield _self_signed(tip, trusted=False) if tip.index == 0 else _unknown_root(tip)
        return
    forged = next((issuer for child, issuer in found.mismatched if child is tip and _same_key_id(tip, issuer)), None)
    if forged is not None:
        yield _bad_signature(tip, forged)
        return
    # A CA's AIA URL mostly points to the root, which a server need not send: only for the
    # server's own certificate it proves a hole.
    if known_issuer(tip.cert) is not None or (tip.cert.aia_urls and not tip.cert.is_ca):
        yield _hole(found, tip)
    else:
        yield _unknown_issuer(tip)


def undecided_root() -> Fault:
    """CERT_UNTRUSTED_ROOT, not observable: a root of other vendors' lists, where the platform's own list is not at hand."""
    return Fault(
        Code.CERT_UNTRUSTED_ROOT,
        Text(
            "证书链的根证书在其他厂商的列表里，但不在这个列表里；Chrome 自己的根证书列表这里没有，开发者工具是否信任无法判断",
            "the chain's root stands in other vendors' lists, but not in this one; Chrome's own list is not at hand, so "
            "whether the devtools trust it cannot be told",
        ),
        Text(
            "手机上的结果见其他平台；要确定开发者工具的结果，用开发者工具打开这个地址，或换用所有列表都有的 CA。",
            "See what is said of the other platforms; to be sure of the devtools, open the address in them, or use a CA "
            "that all lists hold.",
        ),
        CLAUSE,
        PERHAPS_EVERYONE,
        Status.NOT_OBSERVABLE,
    )


def _same_key_id(child: Link, issuer: Link) -> bool:
    wanted, offered = child.cert.authority_key_id, issuer.cert.subject_key_id
    return wanted is None or offered is None or wanted == offered


def _self_signed(link: Link, trusted: bool) -> Fault:
    where = place(link, "issuer")
    accepted = Text(
        "；它在信任库里，但 iOS 不支持自签名证书", "; the trust store holds it, but iOS takes no self-signed ones"
    )
    none = Text("；没有任何平台信任它", "; no platform trusts it")
    ending = accepted if trusted else none
    return Fault(
        Code.CERT_SELF_SIGNED,
        Text(f"{where.zh}：证书是自签名的{ending.zh}", f"{where.en}: signed by itself{ending.en}"),
        Text(
            "换用受信任 CA 签发的证书（例如免费的 Let's Encrypt）；测试环境可以自建 CA，由它签发服务器证书，并把该 CA 写进 policy.yaml 的 "
            "`certificates: {extra_roots: [ca.pem]}`。",
            "Serve a certificate of a trusted CA (Let's Encrypt is free); for a test environment make a CA of your "
            "own, issue the server's certificate with it, and name it in policy.yaml: "
            "`certificates: {extra_roots: [ca.pem]}`.",
        ),
        CLAUSE,
        IOS_ONLY if trusted else EVERYONE,
    )


def _unknown_root(root: Link) -> Fault:
    where = place(root, "subject")
    return Fault(
        Code.CERT_UNTRUSTED_ROOT,
        Text(
            f"{where.zh}：证书链以这张根证书结尾，但信任库里没有它",
            f"{where.en}: the chain ends in this root, which the trust store does not hold",
        ),
        _another_ca(root.cert.label),
        CLAUSE,
        EVERYONE,
    )


def _unknown_issuer(tip: Link) -> Fault:
    where = place(tip, "issuer")
    issuer = tip.cert.issuer_label
    url = f"，AIA {tip.cert.aia_urls[0]}" if tip.cert.aia_urls else ""
    url_en = f" (AIA URL {tip.cert.aia_urls[0]})" if tip.cert.aia_urls else ""
    other = _another_ca(issuer)
    return Fault(
        Code.CERT_UNTRUSTED_ROOT,
        Text(
            f"{where.zh}：签发者 {issuer} 既不在服务器发来的证书链里，也不在信任库里，而且不是已知的公共中间证书",
            f"{where.en}: its issuer {issuer} is neither served nor in the trust store, nor a known public "
            "intermediate",
        ),
        Text(
            f"{other.zh}如果 `{issuer}` 是中间证书{url}，把它追加到服务器的证书链文件。",
            f"{other.en} If `{issuer}` is an intermediate{url_en}, append it to the server's chain file.",
        ),
        CLAUSE,
        EVERYONE,
    )


def _another_ca(label: str) -> Text:
    return Text(
        f"换用受信任 CA 签发的证书；若 `{label}` 是自己的测试 CA，在 policy.yaml 写 `certificates: {{extra_roots: [ca.pem]}}`。",
        f"Serve a certificate of a trusted CA; if `{label}` is a test CA of your own, write "
        "`certificates: {extra_roots: [ca.pem]}` into policy.yaml.",
    )


def _bad_signature(tip: Link, issuer: Link) -> Fault:
    where = place(tip, "signature")
    return Fault(
        Code.CERT_UNTRUSTED_ROOT,
        Text(
            f"{where.zh}：用签发者 {issuer.cert.label} 的公钥验证签名失败",
            f"{where.en}: does not verify with the key of its issuer {issuer.cert.label}",
        ),
        Text(
            "证书或中间证书拿错了，或文件已损坏：从 CA 重新下载整条证书链。",
            "This certificate or its intermediate is the wrong one, or a file is damaged: download the whole chain "
            "from the CA again.",
        ),
        CLAUSE,
        EVERYONE,
    )


def _hole(found: Search, tip: Link) -> Fault:
    cert = tip.cert
    where = place(tip, "issuer")
    wrong = next((issuer for child, issuer in found.mismatched if child is tip), None)
    said = Text("服务器没有发送签发它的中间证书", "the server does not send the intermediate that issued it,")
    if wrong is not None and wrong.index is not None:
        said = Text(
            f"服务器发送的证书 {wrong.index} 与签发者同名但密钥不同，真正的中间证书没有发送",
            f"certificate {wrong.index} has the issuer's name but another key; the server does not send the true one,",
        )
    name = _missing_name(cert)
    # A full-width bracket keeps its own distance.
    url = f"（AIA 地址 {cert.aia_urls[0]}）" if cert.aia_urls else " "
    url_en = f" (AIA URL {cert.aia_urls[0]})" if cert.aia_urls else ""
    return Fault(
        Code.CERT_CHAIN_INCOMPLETE,
        Text(
            f"{where.zh}：{said.zh} {name}。Android 不会自行下载，请求失败；iOS 和开发者工具常能补上，所以问题容易被掩盖",
            f"{where.en}: {said.en} {name}. Android fetches nothing and fails; iOS and devtools often fill the gap "
            "and hide it",
        ),
        Text(
            f"把中间证书 `{name}`{url}追加到服务器的证书链文件（服务器证书在前，中间证书在后；nginx 为 ssl_certificate 指向的文件）。",
            f"Append the intermediate `{name}`{url_en} to the server's chain file (the server's own certificate "
            "first; with nginx, the file that ssl_certificate names).",
        ),
        "platform §5",
        HOLE_WITH_AIA if cert.aia_urls else HOLE_WITHOUT_AIA,
    )


def _missing_name(cert: CertFacts) -> str:
    known = known_issuer(cert)
    return f"CN={known.common_name}" if known is not None else cert.issuer_label
