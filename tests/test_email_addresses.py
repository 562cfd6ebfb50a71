import pytest

from xlcredit.email_addresses import is_address, read_addresses


@pytest.mark.parametrize(
    ("cell", "good"),
    [
        ("anna@example.com", ("anna@example.com",)),
        ("  anna@example.com ", ("anna@example.com",)),
        ("Anna Bo <anna@example.com>", ("anna@example.com",)),
        ("anna@example.com; conti@example.com", ("anna@example.com", "conti@example.com")),
        ("anna@example.com, anna@example.com", ("anna@example.com",)),
        ("o'neil+fatture@sub.example.co", ("o'neil+fatture@sub.example.co",)),
        ("conti@perché.example", ("conti@xn--perch-fsa.example",)),
    ],
)
def test_addresses_are_read_as_people_type_them(cell, good):
    assert read_addresses(cell) == (good, ())


@pytest.mark.parametrize(
    "text",
    [
        "anna",
        "anna@",
        "@example.com",
        "anna@example",
        "anna@example..com",
        "anna@-example.com",
        "anna@127.0.0.1",
        "an na@example.com",
        "anna@@example.com",
        ".anna@example.com",
        "anna.@example.com",
        '"anna bo"@example.com',
        "perché@example.com",
        f"{'a' * 65}@example.com",
        f"anna@{'a' * 64}.com",
        f"anna@{'a.' * 130}com",
        "anna@example.com\r\nBcc: tutti@example.com",
        "anna@example.com\0",
        "",
    ],
)
def test_what_is_no_address_is_none(text):
    assert not is_address(text)


def test_a_line_break_in_a_cell_adds_no_recipient():
    found = read_addresses("anna@example.com\r\nBcc: tutti@example.com")
    assert found.good == ()
    assert found.bad == ("anna@example.com\r\nBcc: tutti@example.com",)


def test_of_several_the_bad_ones_are_told():
    assert read_addresses("anna@example.com; conti") == (("anna@example.com",), ("conti",))
