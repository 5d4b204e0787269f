"""A passkey made of software, which answers what a browser would."""

import secrets
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

_PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class Passkey:
    """For one site. `options` are what the server asks for, in its page or its JSON."""

    def __init__(self, origin: str = "http://localhost") -> None:
        self.origin, self.id = origin, secrets.token_bytes(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.user_handle = ""

    def create(self, options: dict) -> dict:
        """What the browser answers when it has made the passkey."""
        asked = options["publicKey"]
        self.user_handle = asked["user"]["id"]
        public_key = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.id, public_key)
        data = AuthenticatorData.create(
            _rp_hash(asked["rp"]["id"]), _PRESENT_AND_VERIFIED | AuthenticatorData.FLAG.AT, 0, credential
        )
        return self._answer(
            {"attestationObject": AttestationObject.create("none", data, {})},
            self._client_data("webauthn.create", asked["challenge"]),
        )

    def get(self, options: dict, *, is_verified: bool = True) -> dict:
        """What the browser answers when somebody signs in with it; by touch alone unless `is_verified`."""
        asked = options["publicKey"]
        flags = _PRESENT_AND_VERIFIED if is_verified else AuthenticatorData.FLAG.UP
        data = AuthenticatorData.create(_rp_hash(asked["rpId"]), flags, 1)
        client_data = self._client_data("webauthn.get", asked["challenge"])
        signature = self.key.sign(bytes(data) + client_data.hash, ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": data, "signature": signature, "userHandle": websafe_decode(self.user_handle)}
        return self._answer(parts, client_data)

    def _client_data(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, websafe_decode(challenge), self.origin)

    def _answer(self, parts: dict[str, bytes], client_data: bytes) -> dict:
        return {
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "type": "public-key",
            "response": {name: websafe_encode(part) for name, part in {**parts, "clientDataJSON": client_data}.items()},
            "clientExtensionResults": {"credProps": {"rk": True}},
        }


def _rp_hash(host: str) -> bytes:
    return sha256(host.encode()).digest()
