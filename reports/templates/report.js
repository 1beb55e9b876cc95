// What makes the figures and sounds livelier. All of it is there without this script too.
"use strict";
{
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const sounds = all("audio");
  const ignored = () => {}; // a sound that cannot be played says so in its own controls

  // A link to a question that the filter hides shows all again, and one within a fold opens it.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const showAll = document.getElementById("show-all"); // a page without a filter has none
    if (showAll && !target.getClientRects().length) showAll.checked = true;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const slider = target.dataset.split && target.closest(".card").querySelector(".slider:not([hidden]) input");
    if (slider) {
      slider.value = target.dataset.split;
      slider.dispatchEvent(new Event("input"));
    }
    target.scrollIntoView();
  };

  // One sound at a time.
  document.addEventListener("play", (event) => {
    for (const one of sounds) if (one !== event.target) one.pause();
  }, true);

  const waitFor = (sound) => new Promise((resolve) => {
    if (sound.readyState >= HTMLMediaElement.HAVE_METADATA) { resolve(); return; }
    sound.addEventListener("loadedmetadata", resolve, { once: true });
    sound.load();
  });
  // Goes on with another sound where this one is.
  const goOn = async (from, to, playing) => {
    const place = from.currentTime;
    from.pause();
    await waitFor(to);
    to.currentTime = Math.min(place, to.duration);
    if (playing) await to.play().catch(ignored);
  };

  for (const pair of all(".pair")) {
    const line = pair.querySelector(".switch");
    if (!line) continue;
    const [a, b] = all("audio", pair);
    let heard = b;
    const show = (sound) => {
      heard = sound;
      for (const one of [a, b]) one.closest(".player").classList.toggle("heard", one === sound);
    };
    for (const one of [a, b]) one.addEventListener("play", () => show(one));
    line.hidden = false;
    line.querySelector("button").addEventListener("click", () => {
      const [from, to] = heard === a ? [a, b] : [b, a];
      show(to);
      goOn(from, to, true);
    });
  }

  for (const slider of all(".slider")) {
    const card = slider.closest(".card");
    const boxes = all(".splits .player", card);
    const input = slider.querySelector("input");
    const shown = slider.querySelector("output");
    let split = Number(input.value);
    const show = () => {
      for (const box of boxes) box.hidden = Number(box.dataset.split) !== split;
      for (const one of all(".cursor", card)) one.classList.toggle("on", Number(one.dataset.split) === split);
      shown.textContent = split;
      input.setAttribute("aria-valuetext", input.closest("label").textContent.trim());
    };
    input.addEventListener("input", () => {
      const sound = () => boxes.find((box) => Number(box.dataset.split) === split)?.querySelector("audio");
      const from = sound();
      split = Number(input.value);
      const to = sound();
      show();
      if (from && to && !from.paused) goOn(from, to, true);
    });
    slider.hidden = false;
    card.querySelector(".splits").classList.add("one");
    show();
  }

  // A picture of many marks is enlarged by buttons and moved by dragging.
  for (const panel of all(".panel.zooms")) {
    const svg = panel.querySelector("svg");
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    const title = panel.querySelector("p");
    let [times, x, y] = [1, width / 2, height / 2];
    const show = () => {
      const [w, h] = [width / times, height / times];
      x = Math.min(Math.max(x, w / 2), width - w / 2);
      y = Math.min(Math.max(y, h / 2), height - h / 2);
      svg.setAttribute("viewBox", `${x - w / 2} ${y - h / 2} ${w} ${h}`);
      panel.classList.toggle("zoomed", times > 1);
    };
    const box = document.createElement("span");
    box.className = "zoom";
    for (const [sign, name, factor] of [["+", "zoom in", 1.6], ["−", "zoom out", 1 / 1.6]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = sign;
      button.setAttribute("aria-label", `${name}: ${title.textContent.trim()}`);
      button.addEventListener("click", () => { times = Math.min(Math.max(times * factor, 1), 8); show(); });
      box.append(button);
    }
    title.append(box);
    let held = null;
    svg.addEventListener("pointerdown", (event) => { if (times > 1) held = [event.clientX, event.clientY]; });
    addEventListener("pointerup", () => { held = null; });
    svg.addEventListener("pointermove", (event) => {
      if (!held) return;
      const scale = width / times / svg.clientWidth;
      x -= (event.clientX - held[0]) * scale;
      y -= (event.clientY - held[1]) * scale;
      held = [event.clientX, event.clientY];
      show();
    });
  }

  // Points of a figure: hover and keys name them and show the same clip in every panel; click or Enter plays.
  for (const figure of all("figure.plot")) {
    const points = all(".point", figure);
    if (!points.length) continue;
    const status = figure.querySelector(".pointed");
    const sound = new Audio();
    sounds.push(sound);
    const player = (point) => {
      const address = point.getAttribute("href") ?? "";
      return address.startsWith("#") ? document.querySelector(address) : null;
    };
    for (const point of points) {
      // Where a clip has a player of its own, each shows which the other is.
      player(point)?.addEventListener("play", () => name(point), true);
    }
    const name = (point) => {
      for (const one of all(".player.named", figure.closest(".card"))) one.classList.remove("named");
      player(point)?.classList.add("named");
      for (const one of points) one.classList.toggle("same", one.dataset.clip === point.dataset.clip);
      if (status) { status.hidden = false; status.textContent = point.getAttribute("aria-label"); }
    };
    const visible = (point) => point.getClientRects().length > 0 && getComputedStyle(point).display !== "none";
    const play = (point) => {
      const address = point.getAttribute("href");
      const own = player(point)?.querySelector("audio");
      for (const one of sounds) one.pause();
      if (own) { own.currentTime = 0; own.play().catch(ignored); return; }
      sound.src = address;
      sound.play().catch(() => { if (status) status.textContent += " — ○"; });
    };
    sound.addEventListener("play", () => { for (const one of sounds) if (one !== sound) one.pause(); });
    for (const point of points) {
      point.addEventListener("pointerenter", () => name(point));
      point.addEventListener("focus", () => name(point));
      point.addEventListener("click", (event) => {
        if (!point.hasAttribute("href")) return;
        event.preventDefault();
        name(point);
        play(point);
      });
      point.addEventListener("keydown", (event) => {
        const near = all(".point", point.closest("svg")).filter(visible);
        const at = near.indexOf(point);
        const to = {
          ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: near.length - 1,
        }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        const next = near[(to + near.length) % near.length];
        point.setAttribute("tabindex", "-1");
        next.setAttribute("tabindex", "0");
        next.focus();
      });
    }
  }

  addEventListener("hashchange", reveal);
  reveal();
}
