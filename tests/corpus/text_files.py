"""Keys that programs put into other text: in JSON, in base64, in hex, in UTF-16, in environment files."""

import base64
import json
import urllib.parse

from form import Form, run

UNDONE = "to reach the key, byok "


def forms(pem, der):
    def form(name, content, undone, source_format="PKCS#8 PEM"):
        return Form(name, source_format, content, remarks=(UNDONE + undone,))

    replaced = "replaced escapes"
    encoded = run("base64", "-w", "0", stdin=pem)
    return [
        form("jq.json", run("jq", "-Rs", "{private_key: .}", stdin=pem), "took .private_key"),
        form("jq.txt", run("jq", "-Rs", ".", stdin=pem), replaced),
        form("python.json", json.dumps({"a": [{"b.c": pem.decode()}]}).encode(), 'took .a[0]["b.c"]'),
        form("secret.json", secret(pem), "took .SecretString, then took .private_key"),
        form("node.json", node("JSON.stringify({ key: pem })", pem), "took .key"),
        form("node.env", node('`ID=1\\nKEY=${JSON.stringify(pem)}\\n`', pem), f"took line 2 (KEY), then {replaced}"),
        form("base64", run("base64", stdin=pem), "decoded base64"),
        form("twice.base64", run("base64", stdin=encoded), "decoded base64, then decoded base64"),
        form("der.base64", run("base64", stdin=der), "decoded base64", "PKCS#8 DER"),
        form("url.base64", base64.urlsafe_b64encode(der).rstrip(b"="), "decoded base64", "PKCS#8 DER"),
        form("der.hex", run("xxd", "-p", stdin=der), "decoded hex digits", "PKCS#8 DER"),
        form("yaml", b"data:\n  tls.key: " + encoded + b"\n", "took line 2 (tls.key), then decoded base64"),
        form("utf-16", run("iconv", "-f", "UTF-8", "-t", "UTF-16", stdin=pem), "decoded UTF-16"),
        form("utf-16be", run("iconv", "-f", "UTF-8", "-t", "UTF-16BE", stdin=pem), "decoded UTF-16"),
        form("node.utf-16", node('Buffer.from("\\ufeff" + pem, "utf16le")', pem), "decoded UTF-16"),
        form("url", urllib.parse.quote(pem.decode()).encode(), "decoded the encoding of URLs"),
    ]


def secret(pem):
    """As AWS Secrets Manager returns a secret that is JSON."""
    account = json.dumps({"type": "service_account", "private_key": pem.decode()})
    return json.dumps({"Name": "TEST", "SecretString": account, "VersionStages": []}).encode()


def node(expression, pem):
    script = 'const pem = require("fs").readFileSync(0, "latin1"); process.stdout.write(%s);'
    return run("node", "-e", script % expression, stdin=pem)
