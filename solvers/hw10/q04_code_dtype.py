"""Q4: the dtype of a code, and what a code is."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from questions.claims import Claim
from questions.common.frozen import Frozen
from questions.quiz import AnyQuestion, Bilingual, Part
from solvers.audio.noise import seeded_noise
from solvers.evidence.verdicts import Finding, Outcome, at_least, at_most
from solvers.hw10.resources.architecture import RESOURCE as ARCHITECTURE
from solvers.run.solver import Measured, Solver

if TYPE_CHECKING:
    import torch

    from solvers.hw10.models.codec import Codec
    from solvers.run.session import Session

CLIP_FRAMES = 25
BINARY_VALUES = 2  # a boolean code would take no more distinct values than this
# Of the latent's peak. float32 sums 32 vectors to 1e-6 in whatever order; half precision and TF32 leave 1e-3,
# which decides nothing; a look-up in other tables is off by as much as the peak itself.
MAX_LOOKUP_ERROR, MIN_OTHER_LATENT = 1e-5, 1e-2

Kind = Literal["float", "integer", "boolean", "string"]


class DtypeKind(Claim):
    """The kind of the codes' dtype."""

    dtype: Literal["float", "integer", "string", "boolean"]


class ValueIs(Claim):
    """What a single code is."""

    value_is: Literal["embedding_value", "codebook_index", "symbol", "bit"]


class Measurements(Frozen):
    """The codes' dtype and values, and what looking them up in the codebooks gives.

    `lookup_error` is the largest difference between the latent that look-up gives and the one the decoder
    is given, over the peak of both; None where the codes cannot be looked up at all.
    """

    dtype: str
    kind: Kind
    lowest: float
    highest: float
    n_distinct: int
    codebook_size: int
    share_in_codebooks: float
    lookup_error: float | None


def measure(_question: AnyQuestion, session: "Session") -> Measured:
    """Encode two seconds of seeded noise and look the codes up."""
    codec = session.use(ARCHITECTURE)
    n_samples = round(CLIP_FRAMES * codec.sample_rate_hz / codec.model.config.frame_rate)
    noise = seeded_noise((1, 1, n_samples), session.seed, level=0.1)
    return Measured(look_at(codec.encode(noise), codec))


def look_at(codes: "torch.Tensor", codec: "Codec") -> Measurements:
    """What codes `[B, K, T]` are: dtype, range, distinct values, and whether they index the codebooks."""
    import torch

    # On the CPU: mps has no float64, in which both dtypes are held without rounding.
    values = codes.cpu().to(torch.float64)
    distinct, counts = torch.unique(values, return_counts=True)
    return Measurements(
        dtype=str(codes.dtype),
        kind=_kind(codes.dtype),
        lowest=float(values.min()),
        highest=float(values.max()),
        n_distinct=len(distinct),
        codebook_size=codec.codebook_size,
        share_in_codebooks=float(counts[_in_codebooks(distinct, codec)].sum()) / values.numel(),
        lookup_error=_lookup_error(codes, codec),
    )


def _in_codebooks(distinct: "torch.Tensor", codec: "Codec") -> "torch.Tensor":
    """Which of sorted values float64 `[V]` occur in a codebook, bool `[V]`.

    Each of a codebook's half a million values is looked for among the few: sorting them all takes seconds.
    """
    import torch

    found = torch.zeros(len(distinct), dtype=torch.bool)
    for layer in range(codec.n_codebooks):
        table = codec.codebook(layer).flatten().cpu().to(torch.float64)
        nearest = torch.searchsorted(distinct, table).clamp_max(len(distinct) - 1)
        found[nearest[distinct[nearest] == table]] = True
    return found


def _kind(dtype: "torch.dtype") -> Kind:
    import torch

    if dtype is torch.bool:
        return "boolean"
    return "float" if dtype.is_floating_point or dtype.is_complex else "integer"


def _lookup_error(codes: "torch.Tensor", codec: "Codec") -> float | None:
    import torch

    if _kind(codes.dtype) != "integer" or int(codes.min()) < 0 or int(codes.max()) >= codec.codebook_size:
        return None
    found, given = codec.looked_up_latent(codes), codec.decoder_input(codes)
    difference = float((found - given).abs().max())
    return difference / float(torch.maximum(found.abs(), given.abs()).max()) if difference else 0.0


def judge(part: Part[Any], measurements: Measurements) -> Finding:
    """A dtype and its explanation are judged apart."""
    if isinstance(part.claim, DtypeKind):
        return _dtype(part.claim, measurements)
    return _value(part.claim, measurements)


def _dtype(claim: DtypeKind, found: Measurements) -> Finding:
    holds = claim.dtype == found.kind
    return Finding(
        outcome=Outcome.HOLDS if holds else Outcome.FAILS,
        measured=found.dtype,
        threshold=Bilingual(zh=f"{claim.dtype} 類的 dtype", en=f"a dtype of the kind {claim.dtype}"),
        claimed=claim.dtype,
        reason=Bilingual(
            zh=f"codes 的 dtype 是 {found.dtype},{'正是' if holds else '並非'} {claim.dtype}。",
            en=f"The codes are {found.dtype}, which is {'' if holds else 'not '}of the kind {claim.dtype}.",
        ),
    )


def _value(claim: ValueIs, found: Measurements) -> Finding:
    match claim.value_is:
        case "codebook_index":
            return _codebook_index(found)
        case "embedding_value":
            return _refuted(
                found.share_in_codebooks < 1,
                Bilingual(
                    zh=f"codes 的數值有 {found.share_in_codebooks:.1%} 出現在 codebook 中",
                    en=f"{found.share_in_codebooks:.1%} of the codes' values occur in the codebooks",
                ),
                Bilingual(zh="全部都會出現", en="all of them would"),
                zh=("儲存的數值不是 codebook 中的 embedding 數值。", "儲存的數值都出現在 codebook 中。"),
                en=(
                    "The stored values are not values of the embeddings.",
                    "They all occur in the codebooks.",
                ),
            )
        case "symbol":
            return _refuted(
                found.kind != "string",
                Bilingual.same(found.dtype),
                Bilingual(zh="字串", en="strings"),
                zh=("張量儲存的是數值，不是字串。", "儲存的是字串。"),
                en=("The tensor stores numbers, not strings.", "Strings are stored."),
            )
        case "bit":
            return _refuted(
                found.n_distinct > BINARY_VALUES,
                Bilingual(zh=f"{found.n_distinct} 個不同的數值", en=f"{found.n_distinct} distinct values"),
                Bilingual(zh=f"至多 {BINARY_VALUES} 個", en=f"at most {BINARY_VALUES}"),
                zh=("出現的不同數值超過兩個，不是二元。", "只出現不超過兩個數值。"),
                en=("There are more than two distinct values.", "No more than two values occur."),
            )


def _codebook_index(found: Measurements) -> Finding:
    in_range = found.lowest >= 0 and found.highest < found.codebook_size
    varied = found.n_distinct > BINARY_VALUES
    error = found.lookup_error
    comparisons = [
        at_least(Bilingual(zh="最小的 code", en="lowest code"), found.lowest, 0, ""),
        at_most(Bilingual(zh="最大的 code", en="highest code"), found.highest, found.codebook_size - 1, ""),
        at_least(Bilingual(zh="不同的 codes", en="distinct codes"), found.n_distinct, BINARY_VALUES + 1, ""),
    ]
    if error is not None:
        comparisons.append(
            at_most(
                Bilingual(zh="兩個 latent 的差異", en="difference of the latents"),
                error, MAX_LOOKUP_ERROR, Bilingual(zh="（占峰值）", en="of the peak"),
            )
        )  # fmt: skip
    if not in_range or not varied or error is None or error > MIN_OTHER_LATENT:
        outcome = Outcome.FAILS
    else:
        outcome = Outcome.HOLDS if error <= MAX_LOOKUP_ERROR else Outcome.UNDETERMINED
    zh, en = "無法查表", "look-up impossible"
    if error is not None:
        zh, en = f"查表相差 latent 峰值的 {error:.1g}", f"look-up off by {error:.1g} of the latent's peak"
    return Finding(
        outcome=outcome,
        measured=Bilingual(
            zh=f"{found.lowest:g} … {found.highest:g}，{found.n_distinct} 個不同的數值；{zh}",
            en=f"{found.lowest:g} … {found.highest:g}, {found.n_distinct} distinct; {en}",
        ),
        threshold=Bilingual(
            zh=f"0 ≤ code < {found.codebook_size}，多於兩個數值，查表相差不超過 latent 峰值的 "
            f"{MAX_LOOKUP_ERROR:g}",
            en=f"0 ≤ code < {found.codebook_size}, more than two values, look-up within "
            f"{MAX_LOOKUP_ERROR:g} of the latent's peak",
        ),
        comparisons=tuple(comparisons),
        reason=_LOOKED_UP[outcome],
    )


_LOOKED_UP: Mapping[Outcome, Bilingual] = {
    Outcome.HOLDS: Bilingual(
        zh="以 codes 為索引查 codebook，得到的就是 decoder 實際收到的 latent，差異不超過浮點數捨入誤差。",
        en="Looked up in the codebooks, the codes give the decoder's latent but for the rounding of floats.",
    ),
    Outcome.UNDETERMINED: Bilingual(
        zh="以 codes 為索引查 codebook，與 decoder 的 latent 相近，但差異超過浮點數捨入誤差。",
        en="Looked up in the codebooks, the codes give nearly the decoder's latent: further off than "
        "rounding, nearer than another code.",
    ),
    Outcome.FAILS: Bilingual(
        zh="codes 不能當作 codebook 的索引來重現 decoder 的 latent。",
        en="As indices into the codebooks the codes do not give the decoder's latent.",
    ),
}


def _refuted(
    refuted: bool, measured: Bilingual, threshold: Bilingual, *, zh: tuple[str, str], en: tuple[str, str]
) -> Finding:
    """These explanations can be refuted by the codes but not proved by them."""
    return Finding(
        outcome=Outcome.FAILS if refuted else Outcome.UNDETERMINED,
        measured=measured,
        threshold=threshold,
        reason=Bilingual(zh=zh[0] if refuted else zh[1], en=en[0] if refuted else en[1]),
    )


SOLVER = Solver(
    version=2,
    claims=(
        DtypeKind,
        ValueIs,
    ),
    uses=(ARCHITECTURE,),
    measurements=Measurements,
    measure=measure,
    judge=judge,
)
