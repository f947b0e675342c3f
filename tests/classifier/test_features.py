"""What a token is looked up by: what scripts other than the Latin one add."""

import unicodedata
from zlib import crc32

from classifier.features import keys_of


def test_a_letter_that_stands_for_a_syllable_or_a_word_counts_alone() -> None:
    assert crc32("我".encode()) in set(keys_of("我们")) & set(keys_of("我"))
    assert not set(keys_of("ab")) & {crc32(letter) for letter in (b"a", b"b")}


def test_korean_words_share_the_parts_of_their_syllables() -> None:
    """An ending changes the syllable that it is written into: 한 is 하 and one letter more."""
    shared = set(keys_of("한")) & set(keys_of("하"))
    assert crc32(unicodedata.normalize("NFD", "하").encode()) in shared
