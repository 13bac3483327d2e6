"""A certificate of one's own for "localhost", which nobody vouches for until it is trusted."""

import ssl
import subprocess
from pathlib import Path


def self_made(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context, and the file a client has to trust (SSL_CERT_FILE)."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate
