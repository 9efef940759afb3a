"""A small OpenID provider for the tests, a process of its own: python -m tests.oidc_provider PORT. Who signs in is in a header;
names beginning with “wrong-” get what a provider must not say."""

import base64
import hashlib
import sys
import time
from secrets import token_urlsafe

from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "sutiao", "between the two"


def provider(port: int) -> Flask:
    app, issuer, given = Flask("provider"), f"http://127.0.0.1:{port}", {}
    key, foreign = RSAKey.generate_key(2048, {"kid": "1"}), RSAKey.generate_key(2048, {"kid": "1"})

    @app.get("/.well-known/openid-configuration")
    def described():
        return jsonify(issuer=issuer, jwks_uri=f"{issuer}/keys", authorization_endpoint=f"{issuer}/authorize",
                       token_endpoint=f"{issuer}/token")

    @app.get("/keys")
    def keys():
        return jsonify(keys=[key.as_dict(private=False)])

    @app.get("/authorize")
    def authorize():
        code = token_urlsafe(16)
        given[code] = request.args | {"user": request.headers["X-User"]}
        return redirect(f"{request.args['redirect_uri']}?code={code}&state={request.args['state']}")

    @app.post("/token")
    def token():
        asked = given.pop(request.form["code"], None)
        digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        proved = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        auth = request.authorization
        fits = asked and proved == asked["code_challenge"] and (auth.username, auth.password) == (CLIENT, SECRET)
        if not fits or request.form["redirect_uri"] != asked["redirect_uri"]:
            return jsonify(error="invalid_grant"), 400
        return jsonify(id_token=said(asked))

    def said(asked) -> str:
        user, now = asked["user"], int(time.time())
        claims = {"iss": issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 60, "nonce": asked["nonce"],
                  "preferred_username": user.rpartition(":")[2]}
        match user.partition(":")[0]:
            case "wrong-nonce":
                claims["nonce"] = "another"
            case "wrong-audience":
                claims["aud"] = "somebody"
            case "wrong-issuer":
                claims["iss"] = "http://elsewhere"
            case "wrong-time":
                claims["exp"] = now - 3600
            case "wrong-key":
                return jwt.encode({"alg": "RS256", "kid": "1"}, claims, foreign)
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)

    return app


if __name__ == "__main__":
    provider(int(sys.argv[1])).run("127.0.0.1", int(sys.argv[1]))
