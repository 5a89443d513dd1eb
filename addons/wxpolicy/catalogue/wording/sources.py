"""Where the clauses come from, for ``Entry.source``.

[doc]: official documentation; [seen]: observed in clients or captured traffic,
varies by version; [said]: what developers report.
"""

PAGE_2017 = "微信官方文档《关于小程序中网络相关API的说明》(2017) [doc]"
PAGE_CURRENT = "https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html [doc]"
PAGE_REQUEST = "https://developers.weixin.qq.com/miniprogram/dev/api/network/request/wx.request.html [doc]"
APPLE_ATS = "Apple App Transport Security (NSAppTransportSecurity) [doc]"
APPLE_13 = "https://support.apple.com/103769 (HT210176) [doc]"
APPLE_398_DAYS = "https://support.apple.com/102028 (HT211025) [doc]"
OBSERVED = "observed in clients [seen]"

VALID = f"{PAGE_2017}：“证书必须被系统信任，部署SSL证书的网站域名必须与证书颁发的域名一致，证书必须在有效期内”"
TLS_1_2 = f"{PAGE_2017}：“TLS 必须支持 1.2 及以上版本”"
UTF8 = (
    f"{PAGE_2017}：“建议服务器返回值使用 UTF-8 编码。对于非 UTF-8 编码，小程序会尝试进行转换，但是会有转换失败的可能”"
)
BOM = f"{PAGE_2017}：“小程序会自动对 BOM 头进行过滤”"
