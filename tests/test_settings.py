"""Settings: one table, every wrong variable named at once, secrets never shown."""

import base64
from pathlib import Path

import pytest

from service.settings import SETTINGS_TABLE, Settings, SettingsError, unknown_variables

KEY = base64.b64encode(bytes(range(32))).decode()


def test_an_empty_environment_is_enough() -> None:
    settings = Settings.read({})
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)
    assert settings.database_url is None
    assert settings.demo


def test_the_demo_is_off_with_a_database_of_ones_own_unless_asked_for() -> None:
    url = {"DATABASE_URL": "postgresql://db/x"}
    assert not Settings.read(url).demo
    assert Settings.read({**url, "MODERATION_DEMO": "on"}).demo


def test_a_replica_without_its_primary_is_refused() -> None:
    replica = {"DATABASE_READ_URL": "postgresql://replica/x"}
    with pytest.raises(SettingsError, match=r"DATABASE_READ_URL: .* set DATABASE_URL"):
        Settings.read(replica)
    assert Settings.read({**replica, "DATABASE_URL": "postgresql://primary/x"}).database_read_url


def test_every_wrong_variable_is_named_and_no_value_repeated() -> None:
    wrong = {
        "DATABASE_URL": "mysql://u:hidden@h/x",
        "MODERATION_PORT": "tcp://10.0.0.1:8000",
        "MODERATION_WORKERS": "٣",
        "MODERATION_CONTACT_KEY": "c2hvcnQ=",
        "MODERATION_FORWARDED_ALLOW_IPS": "*",
        "MODERATION_PUBLIC_URL": "javascript:alert(1)",
        "MODERATION_SECOND_FACTOR": "admin, everybody",
        "MODERATION_OIDC_ISSUER": "http://id.example",
        "MODERATION_METRICS": "perhaps",
        "MODERATION_DEMO": "maybe",
    }
    with pytest.raises(SettingsError) as caught:
        Settings.read(wrong)
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        setting.variable for setting in SETTINGS_TABLE if setting.variable in wrong
    ]
    assert not any(value in str(caught.value) for value in wrong.values())


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("HTTPS://C.Example.org:443/Mod/", "https://c.example.org/Mod"),
        ("https://c.example.org/a/../möd", "https://c.example.org/m%C3%B6d"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example"),
    ],
)
def test_a_public_address_is_as_browsers_write_it(given: str, read: str) -> None:
    assert Settings.read({"MODERATION_PUBLIC_URL": given}).public_url == read


@pytest.mark.parametrize(
    "end",
    [*("//x", "/a//b", "/a;b=1", "/a,b", "/a'b", "/a\\b", "/#", "/?", ":99999", ":x", "/a:b")],
)
def test_a_public_address_that_would_end_in_a_cookie_or_a_link_is_refused(end: str) -> None:
    with pytest.raises(SettingsError, match="MODERATION_PUBLIC_URL: must look like"):
        Settings.read({"MODERATION_PUBLIC_URL": f"https://c.example.org{end}"})
    with pytest.raises(SettingsError, match="MODERATION_DATA_DIR: must be a path"):
        Settings.read({"MODERATION_DATA_DIR": "~nobody-of-this-name/x"})


def test_the_table_has_each_field_and_variable_once() -> None:
    fields = [setting.field for setting in SETTINGS_TABLE]
    assert sorted(fields) == sorted(Settings.__slots__)
    assert len({setting.variable for setting in SETTINGS_TABLE}) == len(SETTINGS_TABLE)


def test_secrets_are_no_part_of_the_representation() -> None:
    env = {"DATABASE_URL": "postgresql://u:hidden@h/x", "MODERATION_CONTACT_KEY": KEY}
    env["MODERATION_OIDC_CLIENT_SECRET"] = "hidden too"
    shown = repr(Settings.read(env))
    assert "hidden" not in shown
    assert "\\x01" not in shown


@pytest.mark.parametrize("text", [KEY, KEY.rstrip("="), bytes(range(32)).hex()])
def test_a_key_is_read_in_the_forms_that_tools_write(text: str) -> None:
    assert Settings.read({"MODERATION_COOKIE_KEY": text}).cookie_key == bytes(range(32))


def test_the_data_directory_is_absolute_and_the_address_brackets_ipv6() -> None:
    settings = Settings.read({"MODERATION_DATA_DIR": "here", "MODERATION_HOST": "::1"})
    assert settings.data_dir == Path("here").absolute()
    assert settings.address == "http://[::1]:8000"


def test_an_openid_provider_needs_a_client_id_and_leaves_passwords_to_admins() -> None:
    env = {"MODERATION_OIDC_ISSUER": "https://id.example/realm"}
    with pytest.raises(SettingsError, match="MODERATION_OIDC_CLIENT_ID: is needed"):
        Settings.read(env)
    env["MODERATION_OIDC_CLIENT_ID"] = "moderation"
    assert Settings.read(env).password_roles == ("admin",)
    assert Settings.read({**env, "MODERATION_PASSWORDS": "nobody"}).password_roles == ()
    assert len(Settings.read({}).password_roles) == 3


def test_a_misspelt_variable_is_pointed_out() -> None:
    assert unknown_variables({"MODERATION_PROT": "1", "PATH": "x"}) == [
        "MODERATION_PROT is not a setting; MODERATION_PORT is"
    ]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("smtp://mail.example", ("mail.example", 587, "offered", None, None)),
        ("smtps://me%40x:p%3Aw@[2001:db8::1]", ("2001:db8::1", 465, "always", "me@x", "p:w")),
        ("smtp://u:p@mail.example:2525/", ("mail.example", 2525, "start", "u", "p")),
        ("smtp://localhost:25", ("localhost", 25, "never", None, None)),
    ],
)
def test_a_mail_server_is_spoken_to_over_tls_where_a_password_goes(
    given: str, read: tuple[object, ...]
) -> None:
    settings = Settings.read(
        {"MODERATION_SMTP_URL": given, "MODERATION_MAIL_FROM": "c@example.org"}
    )
    server = settings.mail_server
    assert server
    assert (server.host, server.port, server.tls, server.user, server.password) == read
    assert "p:w" not in repr(server)


@pytest.mark.parametrize(
    "given",
    ["mail.example", "smtp://", "http://mail.example", "smtp://u@h", "smtp://h:x", "smtp://h?x=1"],
)
def test_another_address_of_a_mail_server_is_refused_with_how_one_looks(given: str) -> None:
    both = {"MODERATION_SMTP_URL": given, "MODERATION_MAIL_FROM": "c@example.org"}
    with pytest.raises(SettingsError, match="must look like smtp://"):
        Settings.read(both)
    with pytest.raises(SettingsError, match="needs MODERATION_MAIL_FROM"):
        Settings.read({"MODERATION_SMTP_URL": "smtp://localhost"})
