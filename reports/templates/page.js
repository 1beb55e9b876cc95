// Language and look: as chosen here before, else the browser's language. Without this script both
// languages show, and the boxes above work all the same.
"use strict";
{
  const KEPT = "quizproof-";
  // A browser may refuse a file its storage; the choice then lasts as long as the page.
  const kept = (name) => { try { return localStorage.getItem(KEPT + name); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem(KEPT + name, value); } catch { /* as above */ } };
  // What screen readers and tooltips say stands in attributes, which a style sheet cannot choose among.
  const tell = () => {
    const language = document.getElementById("lang-en").checked ? "en" : "zh";
    document.documentElement.lang = language === "en" ? "en" : "zh-Hant";
    for (const one of document.querySelectorAll("[data-zh]")) {
      const name = one.hasAttribute("alt") ? "alt" : "aria-label";
      one.dataset.en ??= one.getAttribute(name);
      one.setAttribute(name, one.dataset[language]);
      const title = one.querySelector(":scope > path > title");
      if (title) title.textContent = one.dataset[language];
    }
  };
  const defaults = { lang: navigator.language.toLowerCase().startsWith("zh") ? "lang-zh" : "lang-en", look: "look-auto" };
  for (const name of Object.keys(defaults)) {
    const boxes = [...document.getElementsByName(name)];
    const chosen = boxes.find((box) => box.id === (kept(name) ?? defaults[name])) ?? boxes[0];
    chosen.checked = true;
    for (const box of boxes) box.addEventListener("change", () => { keep(name, box.id); tell(); });
  }
  tell();
}
