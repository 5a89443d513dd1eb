"""Captures judged offline by check.py, and their verdicts."""

import json

from testenv.proxy import run_script
from wxpolicy.catalogue import entry
from wxpolicy.finding import Code
from wxpolicy.finding import Family

DOMAIN = {code.value for code in Code if entry(code).family is Family.DOMAIN}
CERTIFICATE = {code.value for code in Code if entry(code).family is Family.CERTIFICATE}
FAULTY = ("expired.example.com", "hole.example.com", "self-signed.example.com")
POLICY = f"""\
appid: any
scope: all
domains:
  request:       [https://api.example.com, {", ".join(f"https://{host}" for host in FAULTY)}]
  uploadFile:    [https://upload.example.com]
  downloadFile:  [https://cdn.example.com, https://api.example.com]
  connectSocket: [wss://ws.example.com]
certificates: {{extra_roots: [ROOT]}}
"""
API = "https://api.example.com"


def checked(path, policy, *more):
    done = run_script("check.py", path, "--policy", policy, "--format", "jsonl", "--lang", "en", *more)
    assert done.returncode in (0, 1) and done.stderr == "", done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def verdicts(records, family):
    """By method and URL: what was found, and what release does."""
    return {
        (each["method"], each["url"]): (
            sorted(
                (finding["code"], finding["severity"])
                for finding in each["findings"]
                if finding["code"] in family and finding["status"] == "violated"
            ),
            each["release"]["errno"] if family is DOMAIN else None,
        )
        for each in records
    }
