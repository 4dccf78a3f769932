import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.text.words import count_words, sentences, separates_words, tokenise


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("In-home care, the client's choice.", "en", ["In-home", "care", "the", "client's", "choice"]),
        ("L’aide à domicile d'Anne", "fr", ["L", "aide", "à", "domicile", "d", "Anne"]),
        ("aujourd'hui", "fr", ["aujourd'hui"]),
        ("l'aide", "en", ["l'aide"]),
        ("Pflegegrad 2–5 für 1.250,50 Euro", "de", ["Pflegegrad", "2", "5", "für", "1.250,50", "Euro"]),
        ("हिन्दी में सेवा", "hi", ["हिन्दी", "में", "सेवा"]),
        ("שָׁלוֹם עולם", "he", ["שָׁלוֹם", "עולם"]),
        ("رعاية منزلية", "ar", ["رعاية", "منزلية"]),
        ("在宅介護サービスの料金", "ja", ["在宅介護", "サービス", "の", "料金"]),
        ("snake_case", None, ["snake", "case"]),
        ("", None, []),
        ("… — !?", None, []),
    ],
)
def test_words_of_many_scripts(text: str, language: str | None, words: list[str]) -> None:
    assert tokenise(text, language) == words


def test_decomposed_letters_make_the_same_words_as_composed_ones() -> None:
    assert tokenise("Cafe\u0301") == ["Café"]


def test_a_text_without_spaces_between_words_has_no_count_of_words() -> None:
    assert count_words("ผู้ดูแลของเราช่วยให้ผู้สูงอายุอยู่บ้าน") is None
    assert count_words("私たちは在宅介護をします") is None
    assert not separates_words("護理人員上門服務")
    assert count_words("Home care in Hamburg") == 4


def test_a_few_foreign_characters_do_not_stop_the_count() -> None:
    assert count_words("Our caregivers from Kyoto (京都) speak Japanese") == 7


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("We cook. We clean! Do you shop? Yes…", ["We cook.", "We clean!", "Do you shop?", "Yes…"]),
        (
            "Dr. Okafor and Mrs. Lind come at 9 a.m. daily.",
            ["Dr. Okafor and Mrs. Lind come at 9 a.m. daily."],
        ),
        ("Wir helfen z.B. beim Kochen. Rufen Sie an.", ["Wir helfen z.B. beim Kochen.", "Rufen Sie an."]),
        ("Das kostet 3.50 Euro. Immer.", ["Das kostet 3.50 Euro.", "Immer."]),
        (
            "Am 27. Januar kam sie. Um 12. Danach ging sie.",
            ["Am 27. Januar kam sie.", "Um 12.", "Danach ging sie."],
        ),
        ("J. Okafor founded it. It grew.", ["J. Okafor founded it.", "It grew."]),
        ("A heading\nA sentence.", ["A heading", "A sentence."]),
        ("私たちは料理をします。掃除もします。", ["私たちは料理をします。", "掃除もします。"]),
        ("“We stay.” She did.", ["“We stay.”", "She did."]),
        ("   ", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@given(st.text())
def test_sentences_lose_nothing_but_white_space(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("text", ["." * 500_000, "1.1" * 200_000 + "x", "a'" * 300_000, '."' * 200_000])
def test_hostile_runs_are_read_in_linear_time(text: str) -> None:
    start = time.process_time()
    tokenise(text, "fr")
    sentences(text)
    assert time.process_time() - start < 10  # a quadratic reading takes minutes
