"""A small OpenID Connect provider that runs in the process of the tests and speaks HTTP."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "gridgov", "the-client-secret"


class Provider:
    """Whoever comes to its log-in page is the one in `claims`; the other fields make it misbehave."""

    def __init__(self) -> None:
        self.claims: dict = {}
        self.key = _key()
        self.signing_key = self.key  # another one forges
        self.algorithm = "RS256"
        self.token_changes: dict = {}
        self.userinfo_changes: dict = {}
        self.silent = False
        self.codes: dict[str, dict] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, query: dict, body: dict, bearer: str) -> tuple[int, dict]:
        """Status and JSON of one request; a `Location` in it is where a redirect leads."""
        if self.silent:
            return 500, {}
        answers = {
            "/.well-known/openid-configuration": lambda: (200, self._discovery()),
            "/jwks": lambda: (200, self._keys()),
            "/authorize": lambda: self._authorize(query),
            "/token": lambda: self._token(body),
            "/userinfo": lambda: (
                200 if bearer in self.codes else 401,
                {**self.claims, **self.userinfo_changes},
            ),
        }
        return answers[path]()

    def _keys(self) -> dict:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def _discovery(self) -> dict:
        ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **{f"{name}_endpoint": f"{self.url}/{path}" for name, path in ends.items()},
        }

    def _authorize(self, query: dict) -> tuple[int, dict]:
        if query["client_id"] != CLIENT or "openid" not in query["scope"].split():
            return 400, {"error": "unauthorized_client"}
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return 302, {
            "Location": f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        }

    def _token(self, body: dict) -> tuple[int, dict]:
        asked = self.codes.get(body.get("code", ""))
        proof = hashlib.sha256(body.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or (body["client_id"], body["client_secret"]) != (CLIENT, SECRET)
            or body["redirect_uri"] != asked["redirect_uri"]
            or asked["code_challenge"] != base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        said = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            **self.claims,
            **self.token_changes,
        }
        key = self.signing_key if self.algorithm.startswith("RS") else SECRET * 2
        signed = jwt.encode(said, key, algorithm=self.algorithm, headers={"kid": "one"})
        return 200, {
            "access_token": body["code"],
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": signed,
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._respond()

            def do_POST(self) -> None:
                self._respond()

            def _respond(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = _flat(self.rfile.read(length).decode())
                parts = urlsplit(self.path)
                bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
                status, answer = provider.answer(parts.path, _flat(parts.query), body, bearer)
                content = json.dumps(answer).encode()
                self.send_response(status)
                if "Location" in answer:
                    self.send_header("Location", answer["Location"])
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: object) -> None:
                """Nothing: tests are quiet."""

        return Handler


def forger_key() -> rsa.RSAPrivateKey:
    return _key()


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _flat(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}
