"""Number words, separators and scales in each language; what happens in a language without a lexicon."""

from __future__ import annotations

import pytest
from grounded_texts import assert_honest, assert_lie, ledger_of

from ag2_marketing.grounding import Ledger, check, supported_languages

RESULT = {
    "sessions": 4310,
    "pages": 12,
    "impressions": 1_264_000,
    "errors": 0,
    "bounce_rate": {"value": 41.5, "unit": "percent"},
    "price": {"amount": 1234.5, "currency": "EUR"},
    "lcp": {"value": 2137, "unit": "ms"},
}


@pytest.fixture
def ledger() -> Ledger:
    return ledger_of(RESULT)


def test_four_languages_have_a_lexicon_english_first() -> None:
    assert supported_languages()[0] == "en"
    assert set(supported_languages()) == {"en", "de", "fr", "es"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "There were 4,310 sessions [E1]."),
        ("en", "There were twelve pages [E1]."),
        ("en", "There were a dozen pages [E1]."),
        ("en", "There were no errors [E1]."),
        ("en", "There were 1.26 million impressions [E1]."),
        ("de", "Es gab 4.310 Sitzungen [E1]."),
        ("de", "Es gab 4310 Sitzungen [E1]."),
        ("de", "Es gab zwölf Seiten [E1]."),
        ("de", "Es gab ein Dutzend Seiten [E1]."),
        ("de", "Es gab keine Fehler [E1]."),
        ("de", "Es gab 1,26 Millionen Impressionen [E1]."),
        ("de", "Die Absprungrate (bounce rate) beträgt 41,5 % [E1]."),
        ("de", "Der LCP beträgt 2,1 Sekunden [E1]."),
        ("de", "Der Preis beträgt 1.234,50 € [E1]."),
        ("fr", "Il y avait 4 310 sessions [E1]."),
        ("fr", "Il y avait 4\u202f310 sessions [E1]."),
        ("fr", "Il y avait douze pages [E1]."),
        ("fr", "Il y avait une douzaine de pages [E1]."),
        ("fr", "Impressions : 1,26 million [E1]."),
        ("fr", "Il y avait 1,26 million d'impressions [E1]."),
        ("fr", "Le LCP est de 2,1 secondes [E1]."),
        ("fr", "Le prix est de 1 234,50 € [E1]."),
        ("es", "Hubo 4.310 sesiones [E1]."),
        ("es", "Hubo doce páginas [E1]."),
        ("es", "Hubo una docena de páginas [E1]."),
        ("es", "Hubo 1,26 millones de impresiones [E1]."),
        ("es", "El LCP es de 2,1 segundos [E1]."),
        ("es", "El precio es de 1.234,50 € [E1]."),
    ],
)
def test_a_supported_number_passes_in_the_manner_of_the_language(
    ledger: Ledger, language: str, text: str
) -> None:
    assert_honest(text, ledger, language)


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "There were thirteen pages [E1].", "thirteen"),
        ("en", "There were two hundred sessions [E1].", "two hundred"),
        ("en", "There were no pages [E1].", "no"),
        ("en", "There were 4.310 sessions [E1].", "4.310"),
        ("en", "The LCP is 2,137 s [E1].", "2,137"),
        ("en", "A quarter of the pages [E1] have errors.", "quarter"),
        ("en", "Sessions tripled [E1].", "tripled"),
        ("de", "Es gab dreizehn Seiten [E1].", "dreizehn"),
        ("de", "Es gab dreiundzwanzig Seiten [E1].", "dreiundzwanzig"),
        ("de", "Es gab zweihundert Sitzungen [E1].", "zweihundert"),
        ("de", "Es gab viertausenddreihundertelf Sitzungen [E1].", "viertausenddreihundertelf"),
        ("de", "Es gab keine Seiten [E1].", "keine"),
        ("de", "Die Hälfte der Seiten [E1] hat Fehler.", "Hälfte"),
        ("de", "Ein Drittel der Seiten [E1] hat Fehler.", "Drittel"),
        ("de", "Die Sitzungen haben sich verdoppelt [E1].", "verdoppelt"),
        ("de", "Es gab anderthalb Millionen Impressionen [E1].", "anderthalb"),
        ("de", "Es gab 4,310 Sitzungen [E1].", "4,310"),
        ("de", "Der LCP beträgt 2.137 Sekunden [E1].", "2.137"),
        ("de", "Es gab 1,27 Mio. Impressionen [E1].", "1,27"),
        ("fr", "Il y avait treize pages [E1].", "treize"),
        ("fr", "Il y avait quatre-vingt-dix-neuf pages [E1].", "quatre-vingt-dix-neuf"),
        ("fr", "Il y avait deux cents sessions [E1].", "deux cents"),
        ("fr", "La moitié des pages [E1] ont des erreurs.", "moitié"),
        ("fr", "Un tiers des pages [E1] ont des erreurs.", "tiers"),
        ("fr", "Les sessions ont doublé [E1].", "doublé"),
        ("fr", "Il n'y a pas de pages [E1].", "pas de"),
        ("fr", "Il n'y a aucune page [E1].", "aucune"),
        ("fr", "Il y avait 4,310 sessions [E1].", "4,310"),
        ("fr", "Le LCP est de 2 137 secondes [E1].", "2 137"),
        ("es", "Hubo trece páginas [E1].", "trece"),
        ("es", "Hubo treinta y tres páginas [E1].", "treinta y tres"),
        ("es", "Hubo doscientas sesiones [E1].", "doscientas"),
        ("es", "La mitad de las páginas [E1] tiene errores.", "mitad"),
        ("es", "Un tercio de las páginas [E1] tiene errores.", "tercio"),
        ("es", "Las sesiones se duplicaron [E1].", "duplicaron"),
        ("es", "No hay páginas [E1].", "No hay"),
        ("es", "No hay ninguna página [E1].", "ninguna"),
        ("es", "Hubo 4,310 sesiones [E1].", "4,310"),
        ("es", "El LCP es de 2.137 segundos [E1].", "2.137"),
    ],
)
def test_another_number_is_refused_in_every_language(
    ledger: Ledger, language: str, text: str, number: str
) -> None:
    assert_lie(text, ledger, number, language=language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Es gab drei Probleme auf der Seite und eine Million Nutzer."),
        ("fr", "Il y a trois problèmes sur la page et un million de visiteurs."),
        ("es", "Hay tres problemas en la página y un millón de visitantes."),
        ("en", "There are three problems on the page and a million visitors."),
    ],
)
def test_the_language_of_a_text_is_recognised(ledger: Ledger, language: str, text: str) -> None:
    told = check(text, ledger, language=language).violations
    assert len(told) == 2
    assert check(text, ledger).violations == told


@pytest.mark.parametrize("code", ["de-CH", "DE", "de_AT"])
def test_a_regional_code_uses_the_lexicon_of_its_language(ledger: Ledger, code: str) -> None:
    assert_honest("Es gab zwölf Seiten [E1].", ledger, code)
    assert_lie("Es gab dreizehn Seiten [E1].", ledger, "dreizehn", language=code)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Ci sono dodici pagine [E1]."),
        ("nl", "Er zijn twaalf pagina's [E1]."),
        ("pl", "Jest dwanaście stron [E1]."),
        ("ja", "ページが十二あります [E1]。"),
        ("ar", "هناك اثنتا عشرة صفحة [E1]."),
        ("xx", "blip blop [E1]."),
    ],
)
def test_in_a_language_without_a_lexicon_the_models_own_words_are_not_used(
    ledger: Ledger, language: str, text: str
) -> None:
    assert not check(text, ledger, language=language).grounded


@pytest.mark.parametrize(
    "text", ["ページが十二あります [E1]。", "هناك اثنتا عشرة صفحة [E1].", "Имеется двенадцать страниц [E1]."]
)
def test_a_script_without_a_lexicon_is_recognised_without_being_told(ledger: Ledger, text: str) -> None:
    assert not check(text, ledger).grounded


@pytest.mark.parametrize(
    "text",
    [
        "The audit is finished. Es gab dreizehn Seiten.",
        "The audit is finished. Il y avait treize pages.",
        "The audit is finished. Hubo trece páginas.",
    ],
)
def test_a_foreign_sentence_in_an_english_message_does_not_smuggle_a_number(
    ledger: Ledger, text: str
) -> None:
    assert not check(text, ledger).grounded
