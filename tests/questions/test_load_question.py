"""Every mistake in a question's own fields, and the exact sentence it earns."""

from pathlib import Path

import pytest

from tests.questions.copied import edit, problems_of

SOLVERS = (
    "q01_token_shapes, q02_frame_count, q03_code_axes, q04_code_dtype, q05_codebook_vector, "
    "q06_emotion_umap, q07_languages, q08_laughter_music, q09_layer_order, q10_interleaving, "
    "q11_csm_voice, q12_csm_tokens"
)
RESOURCES = (
    "architecture, asr-weights, codec-weights, course-audio, csm-weights, emovdb, reference-whisper, "
    "speaker-weights, torch-library, umap"
)

# file, what is replaced, by what, the sentences
MISTAKES: dict[str, tuple[str, str, str, list[str]]] = {
    "a field misspelt": (
        "q07.yaml",
        "kind: single",
        "knd: single",
        [
            "q07.yaml:5: unknown field 'knd'; allowed: id, solver, section, kind, points, credit, title, "
            "prompt, rests_on, inputs, options. Did you mean 'kind'?"
        ],
    ),
    "resource spelt with an underscore": (
        "q07.yaml",
        "[codec-weights, course",
        "[codec_weights, course",
        [
            f"q07.yaml:11: rests_on[0]: found 'codec_weights'; allowed: {RESOURCES}. "
            "Did you mean 'codec-weights'?",
        ],
    ),
    "unknown resource": (
        "q07.yaml",
        "[codec-weights, course",
        "[codec-weigths, course",
        [
            f"q07.yaml:11: rests_on[0]: found 'codec-weigths'; allowed: {RESOURCES}. "
            "Did you mean 'codec-weights'?"
        ],
    ),
    "unknown resource of an option": (
        "q06.yaml",
        "    rests_on: [umap]",
        "    rests_on: [t-sne]",
        [f"q06.yaml:21: options[0].rests_on[0]: found 't-sne'; allowed: {RESOURCES}"],
    ),
    "unknown resource of a part": (
        "q08.yaml",
        "basis: judgement\n        rests_on: []",
        "basis: judgement\n        rests_on: [umap, mimi]",
        [f"q08.yaml:26: options[0].all[1].rests_on[1]: found 'mimi'; allowed: {RESOURCES}"],
    ),
    "solver missing": (
        "q07.yaml",
        "solver: q07_languages\n",
        "",
        ["q07.yaml:2: the field 'solver' is missing"],
    ),
    "solver misspelt": (
        "q07.yaml",
        "solver: q07_languages",
        "solver: q07_langauges",
        [
            f"q07.yaml:3: solver: unknown solver 'q07_langauges'; allowed: {SOLVERS}. "
            "Did you mean 'q07_languages'?"
        ],
    ),
    "solver of another pack": (
        "q07.yaml",
        "solver: q07_languages",
        "solver: broadcasting",
        [f"q07.yaml:3: solver: unknown solver 'broadcasting'; allowed: {SOLVERS}"],
    ),
    "unknown credit rule of a question": (
        "q07.yaml",
        "kind: single",
        "kind: single\ncredit: each-answr",
        [
            "q07.yaml:6: credit: found 'each-answr'; allowed: net, all-or-nothing, each-answer, "
            "coverage. Did you mean 'each-answer'?"
        ],
    ),
    "unknown field of the question": (
        "q07.yaml",
        "kind: single",
        "kind: single\nweight: 1",
        [
            "q07.yaml:6: unknown field 'weight'; allowed: id, solver, section, kind, points, "
            "credit, title, prompt, rests_on, inputs, options"
        ],
    ),
    "unknown kind": (
        "q07.yaml",
        "kind: single",
        "kind: singel",
        ["q07.yaml:5: kind: found 'singel'; allowed: single, multiple. Did you mean 'single'?"],
    ),
    "missing": ("q07.yaml", "kind: single\n", "", ["q07.yaml:2: the field 'kind' is missing"]),
    "null is not a text": (
        "q02.yaml",
        'en: "8"',
        "en: null",
        ["q02.yaml:16: options[0].text.en: found nothing (null); allowed: a text"],
    ),
    "points without quotes": (
        "q07.yaml",
        'points: "0.8"',
        "points: 0.8",
        ["q07.yaml:6: points: found 0.8; allowed: a text; put it in quotes"],
    ),
    "points that are no decimal": (
        "q07.yaml",
        'points: "0.8"',
        'points: "4/5"',
        ["q07.yaml:6: points: found '4/5'; allowed: an exact decimal in quotes, such as \"0.8\""],
    ),
    "option id": (
        "q02.yaml",
        "{id: B",
        "{id: b",
        ["q02.yaml:17: options[1].id: found 'b'; allowed: one capital letter, A to Z"],
    ),
    "empty list of inputs": (
        "q08.yaml",
        "[music.wav]",
        "[]",
        ["q08.yaml:14: inputs.music: found 0 items; allowed: at least 1"],
    ),
    "a path as input": (
        "q08.yaml",
        "[music.wav]",
        "[../music.wav]",
        ["q08.yaml:14: inputs.music[0]: found '../music.wav'; allowed: a file name without a folder"],
    ),
    "a transcript of no input": (
        "q07.yaml",
        "  chinese: [",
        "  transcripts: {englsh: Hello}\n  chinese: [",
        [
            "q07.yaml:12: inputs: found a transcript of 'englsh'; allowed: english, chinese. "
            "Did you mean 'english'?"
        ],
    ),
    "an empty transcript": (
        "q07.yaml",
        "  chinese: [",
        "  transcripts: {english: ' '}\n  chinese: [",
        ["q07.yaml:14: inputs.transcripts.english: found ' '; allowed: a text with something to read in it"],
    ),
    "text for a list": (
        "q08.yaml",
        "[music.wav]",
        "music.wav",
        ["q08.yaml:14: inputs.music: found 'music.wav'; allowed: a list"],
    ),
    "text for a mapping": (
        "q03.yaml",
        "title: {",
        "title: x\nprompt_: {",
        [
            "q03.yaml:7: title: found 'x'; allowed: a mapping of fields",
            "q03.yaml:8: unknown field 'prompt_'; allowed: id, solver, section, kind, points, "
            "credit, title, prompt, rests_on, inputs, options. Did you mean 'prompt'?",
        ],
    ),
    "id is not the file's": (
        "q07.yaml",
        "id: q07",
        "id: q08",
        ["q07.yaml:2: id: found 'q08'; allowed: 'q07', as the file is named"],
    ),
    "unknown section": (
        "q07.yaml",
        "section: detokenizer",
        "section: detokeniser",
        [
            "q07.yaml:4: section: unknown section 'detokeniser'; allowed: tokenizer, detokenizer, backbone. "
            "Did you mean 'detokenizer'?"
        ],
    ),
    "the same option id": (
        "q02.yaml",
        "{id: B",
        "{id: A",
        ["q02.yaml:17: options[1].id: the option id 'A' stands twice, first on line 16"],
    ),
    "the same text but for case, space and width": (
        "q11.yaml",
        "en: 'The voice of Jason says \"What? Seriously?\"'",
        "en: 'the voice of  EMILY says \"What？ Seriously?\"'",
        [
            "q11.yaml:62: options[3].text.en: the en text 'the voice of  EMILY says \"What？ Seriously?\"' "
            "stands twice, first on line 52"
        ],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_and_its_sentence(folder: Path, name: str) -> None:
    file, old, new, sentences = MISTAKES[name]
    edit(folder, file, old, new)
    assert problems_of(folder) == [f"questions/{sentence}" for sentence in sentences]
