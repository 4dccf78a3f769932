import subprocess
import sys

import pytest

from ag2_marketing_tools.text.language import MINIMUM_BYTES, detect

TEXTS = {
    "en": "Our caregivers help older people stay at home. We cook, clean and keep company.",
    "de": "Unsere Pflegekräfte helfen älteren Menschen, zu Hause zu bleiben. Wir kochen und putzen.",
    "fr": "Nos auxiliaires de vie aident les personnes âgées à rester chez elles tous les jours.",
    "es": "Nuestras cuidadoras ayudan a las personas mayores a seguir viviendo en su casa.",
    "ja": "私たちの介護スタッフは、高齢の方が自宅で暮らし続けられるようお手伝いします。",
    "th": "ผู้ดูแลของเราช่วยให้ผู้สูงอายุอยู่บ้านได้อย่างปลอดภัย",
    "ar": "يساعد مقدمو الرعاية لدينا كبار السن على البقاء في منازلهم كل يوم",
}


@pytest.mark.parametrize("code", TEXTS)
def test_the_language_of_a_sentence_or_two(code: str) -> None:
    language = detect(TEXTS[code])
    assert language is not None
    assert language.code == code
    assert 0.5 <= language.probability <= 1


@pytest.mark.parametrize(
    "text", ["", "Home care in Hamburg", "12345 67890 " * 40, "!?… " * 100, "care " * 300]
)
def test_too_little_to_tell_gives_none_and_no_guess(text: str) -> None:
    assert detect(text) is None


def test_the_minimum_is_counted_in_bytes_of_letters() -> None:
    text = TEXTS["en"]
    assert detect(text[: MINIMUM_BYTES // 2]) is None
    assert detect("1234567890 " * 50 + text[: MINIMUM_BYTES // 2]) is None


def test_hidden_characters_do_not_change_the_language() -> None:
    assert detect("\u200b".join(TEXTS["de"])) == detect(TEXTS["de"])


def test_the_model_is_loaded_when_a_text_asks_for_it_and_not_before() -> None:
    program = "import sys, ag2_marketing_tools.text.language; sys.exit('py3langid' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
