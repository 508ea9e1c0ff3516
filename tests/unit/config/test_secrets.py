"""Secrets stand outside the site file, and are never repeated."""

from __future__ import annotations

import pytest

from mulmok.config.load import load_site
from mulmok.config.secret import read_secret
from mulmok.model.errors import InputError

from .conftest import RIGHT

SECRET = "hunter2-is-not-safe"


def test_a_token_in_the_site_file_is_refused_without_repeating_it(complain):
    (fault,) = complain("[[alarm]]", f'[http]\ntoken = "{SECRET}"\n[[alarm]]')
    assert fault.startswith("site.toml:27 http.token: a secret does not stand in the site file")
    assert '"env:MULMOK_TOKEN"' in fault
    assert SECRET not in fault


@pytest.mark.parametrize("key", ["password", "token", "api_key", "client_secret"])
def test_a_drivers_secret_is_refused_without_repeating_it(complain, key, without_modbus):
    (fault,) = complain('type = "float32"', f'{key} = "{SECRET}"')
    assert fault.startswith(f"site.toml:24 channel.inlet.ph.source.{key}: a secret does not stand")
    assert SECRET not in fault


def test_a_password_within_an_address_is_refused_without_repeating_it(complain, without_modbus):
    (fault,) = complain('type = "float32"', f'url = "mqtt://user:{SECRET}@10.0.0.9"')
    assert "a secret does not stand in the site file" in fault
    assert SECRET not in fault


def test_a_setting_that_only_speaks_of_secrets_is_none(tmp_path, without_modbus):
    words = RIGHT.replace('type = "float32"', 'token_url = "https://10.0.0.9/token"')
    (tmp_path / "site.toml").write_text(words, encoding="utf-8")
    site = load_site(tmp_path / "site.toml")
    assert site.sources[0].each["inlet.ph"]["token_url"] == "https://10.0.0.9/token"


def test_references_to_secrets_are_kept_as_references(tmp_path, without_modbus):
    words = RIGHT.replace('type = "float32"', 'password = "file:plc.password"')
    words += '[http]\ntoken = "env:MULMOK_TOKEN"\n'
    (tmp_path / "site.toml").write_text(words, encoding="utf-8")
    site = load_site(tmp_path / "site.toml")
    assert site.http.token == "env:MULMOK_TOKEN"
    assert site.sources[0].each["inlet.ph"]["password"] == "file:plc.password"


def test_a_reference_is_read_from_the_environment_or_from_a_file_beside_the_site_file(tmp_path):
    (tmp_path / "token").write_text("from a file\n", encoding="utf-8")
    site = tmp_path / "site.toml"
    assert read_secret("env:TOKEN", site, {"TOKEN": "from outside"}) == "from outside"
    assert read_secret("file:token", site, {}) == "from a file"


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("env:TOKEN", 'the environment variable "TOKEN" is not set'),
        ("file:none", 'the secret in "none" cannot be read: No such file or directory'),
        ("file:empty", 'the file "empty" holds no secret'),
    ],
)
def test_a_reference_to_nothing_says_what_is_not_there(tmp_path, reference, message):
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_secret(reference, tmp_path / "site.toml", {})
    assert str(caught.value) == message
