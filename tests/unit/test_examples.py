"""The example files of docs/contoh hold what the instructions promise of them."""

import re

from tests.unit.make import ROOT

NGINX = (ROOT / "docs" / "contoh" / "nginx.conf").read_text(encoding="utf-8")


def blocks(head: str) -> list[str]:
    """What stands between the braces of every block that starts so, on its own lines."""
    return re.findall(rf"^( *){re.escape(head)} \{{\n(.*?)^\1\}}", NGINX, re.MULTILINE | re.DOTALL)


def test_no_server_of_nginx_writes_addresses_into_a_log():
    """A one-time link is an address: asked for by http or under another name it opens an account just as well."""
    servers = [body for _indent, body in blocks("server")]
    assert len(servers) == 3
    for body in servers:
        logs = re.findall(r"^    access_log +(.*);", body, re.MULTILINE)
        assert logs in (["off"], ["/var/log/nginx/emonev.log emonev"]), body
    [log] = re.findall(r"log_format emonev '(.*)'", NGINX)
    assert not re.search(r"\$(request|request_uri|uri|args|http_referer)\b", log)
    [link] = [body for _indent, body in blocks("location ^~ /kata-sandi/")]
    assert "access_log off;" in link
    assert "error_log  /dev/null crit;" in link
