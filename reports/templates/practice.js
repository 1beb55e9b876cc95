// Checks answers: counts right and wrong picks and looks up what they earn. Without this script the answers
// stand below each question, folded.
"use strict";
{
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const total = document.querySelector("[data-practice-total]");
  const perPoint = BigInt(total.dataset.perPoint);
  const checked = new Map(); // what each question that was checked earned, in units
  const words = (text) => ["zh", "en"].flatMap((language) => {
    const one = document.createElement("span");
    one.className = language;
    one.lang = language === "zh" ? "zh-Hant" : "en";
    one.textContent = text[language];
    return [one, " "];
  });
  // Half up to two decimals, as every score is shown.
  const shown = (units) => {
    const hundredths = (200n * units + perPoint) / (2n * perPoint);
    return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")}`;
  };
  const tally = () => {
    let sum = 0n;
    for (const units of checked.values()) sum += units;
    total.querySelector(".earned").textContent = shown(sum);
    total.querySelector(".n-checked").textContent = checked.size;
  };
  // Of several right answers, the best for the student.
  const earned = (scoring, picks) => {
    if (scoring.answered) return picks.length ? scoring.answered : scoring.blank;
    if (!scoring.rights) return null;
    const each = scoring.rights.map(({ correct, earns }) => {
      const right = picks.filter((pick) => correct.includes(pick)).length;
      return earns[`${right} ${picks.length - right}`];
    });
    return each.reduce((best, one) => (one.units > best.units ? one : best));
  };
  const cards = all(".practice").map((card) => {
    const inputs = all(".answers input", card);
    const said = card.querySelector(".said");
    const scoring = JSON.parse(card.dataset.scoring);
    const forget = () => {
      checked.delete(card.id);
      said.replaceChildren();
      for (const one of all(".picked", card)) one.hidden = true;
      tally();
    };
    const check = () => {
      const picks = inputs.filter((one) => one.checked).map((one) => one.value);
      const score = earned(scoring, picks);
      checked.set(card.id, BigInt(score ? score.units : 0));
      said.replaceChildren(...words(score ?? { zh: "不計分", en: "does not count" }));
      for (const one of all("[data-option]", card)) {
        one.querySelector(".picked").hidden = !picks.includes(one.dataset.option);
      }
      card.querySelector(".answer").open = true;
      tally();
    };
    for (const one of inputs) {
      one.hidden = false;
      one.addEventListener("change", forget);
    }
    card.querySelector(".check").hidden = false;
    card.querySelector(".check button").addEventListener("click", check);
    return () => {
      for (const one of inputs) one.checked = false;
      card.querySelector(".answer").open = false;
      forget();
    };
  });
  total.querySelector(".again").addEventListener("click", () => { for (const reset of cards) reset(); });
  total.hidden = false;
}
