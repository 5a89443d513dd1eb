import pytest

from wxgate.page.visitors import refusal

HOSTS = ("127.0.0.1:8081", "[::1]:8081", "localhost:8081")
RIGHT = {"Host": "localhost:8081", "Origin": "http://localhost:8081", "Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("name", "method", "changes", "words"),
    [
        ("a program that posts", "POST", {}, None),
        ("a type with a charset", "POST", {"Content-Type": "application/json; charset=utf-8"}, None),
        ("a program that reads", "GET", {"Origin": None, "Content-Type": None}, None),
        ("a typed address", "GET", {"Origin": None, "Sec-Fetch-Site": "none"}, None),
        ("the page itself", "POST", {"Sec-Fetch-Site": "same-origin"}, None),
        ("the host in capitals", "GET", {"Host": "LOCALHOST:8081", "Origin": None}, None),
        ("a name bound to this machine", "GET", {"Host": "evil.example.com:8081"}, "Host"),
        ("no host", "GET", {"Host": None}, "Host"),
        ("another port", "GET", {"Host": "127.0.0.1:80"}, "Host"),
        ("a page of another site reads", "GET", {"Origin": "http://evil.example.com"}, "Origin"),
        ("one of the page's names from another of them", "POST", {"Origin": "http://127.0.0.1:8081"}, "Origin"),
        ("a sandboxed frame", "POST", {"Origin": "null"}, "Origin"),
        ("an image in another site's page", "GET", {"Origin": None, "Sec-Fetch-Site": "cross-site"}, "another site"),
        ("another port's page of this machine", "GET", {"Origin": None, "Sec-Fetch-Site": "same-site"}, "another site"),
        ("a post that names no origin", "POST", {"Origin": None}, "Origin"),
        ("a form", "POST", {"Content-Type": "text/plain"}, "Content-Type"),
        ("another method without an origin", "DELETE", {"Origin": None}, "Origin"),
    ],
)
def test_who_may_pass(name, method, changes, words):
    headers = {header: value for header, value in (RIGHT | changes).items() if value is not None}
    why = refusal(method, headers, HOSTS)
    assert (why is None) is (words is None)
    assert words is None or words in why
