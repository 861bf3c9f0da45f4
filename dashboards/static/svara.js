// Comfort only: everything works without this file, and nothing is stored by it.
"use strict";
(() => {
  // A code in the address (from a QR) is moved to the field, so that it stays in no history. She presses the button
  // herself: whoever else opens the address, a preview or a phone's assistant, opens nothing.
  const field = document.getElementById("code");
  const take = () => {
    const code = location.hash.slice(1);
    if (!field || !/^[0-9a-z-]{11,16}$/i.test(code)) return;
    history.replaceState(null, "", location.pathname + location.search);
    field.value = code;
    field.form.querySelector("button").focus();
  };
  take();
  addEventListener("hashchange", take);

  // A page brought back from the browser's memory is asked for anew: the sitting may be over.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  // Blank at once, then another page in this one's place. Asked for once: asking again gives up what is on its way,
  // and on a slow net no page would ever come.
  let left = "";
  const leave = (address) => {
    if (address === left) return;
    left = address;
    document.documentElement.hidden = true;
    document.title = "\u2026";
    location.replace(address);
  };
  quickExit();
  stillThere();
  closing();
  reading();
  sending();

  function quickExit() {
    const exit = document.querySelector("a.exit");
    if (!exit) return;
    exit.addEventListener("click", (event) => {
      event.preventDefault();
      leave(exit.href);
    });

    // Shift three times within two seconds, with no other key between; a key held down counts once.
    let presses = [];
    addEventListener("keydown", (event) => {
      if (event.repeat) return;
      if (event.key !== "Shift") {
        presses = [];
        return;
      }
      presses = presses.filter((at) => event.timeStamp - at < 2000).concat(event.timeStamp);
      if (presses.length > 2) leave(exit.href);
    });
  }

  // A page that lies still is covered half a minute before its sitting ends; one key keeps it open.
  function stillThere() {
    const { idle, stay, close } = document.body.dataset;
    const cover = document.getElementById("still");
    if (!idle || !cover) return;
    const button = cover.querySelector("button");
    let touched = Date.now(), told = touched, before = null;
    const show = (covered) => {
      cover.hidden = !covered;
      document.body.classList.toggle("covered", covered);
      if (covered) {
        before = document.activeElement;
        button.focus();
      } else if (before) before.focus();
    };
    const tell = () => {
      told = Date.now();
      return fetch(stay, { method: "POST" }).then((answer) => answer.status === 204 || leave(close), () => {});
    };
    const look = () => {
      const still = (Date.now() - touched) / 1000;
      if (still >= idle) leave(close);
      else if (still >= idle - 30 && cover.hidden) show(true);
    };
    const touch = () => {
      if (!cover.hidden) return;
      touched = Date.now();
      if (touched - told > 60000) tell();
    };
    for (const kind of ["keydown", "pointerdown", "scroll"]) addEventListener(kind, touch, { passive: true });
    button.addEventListener("click", () => {
      touched = Date.now();
      tell().then(() => show(false));
    });
    document.addEventListener("visibilitychange", look);
    setInterval(look, 1000);
  }

  // After "Klar" on a screen that several use: back to the code, unless somebody still reads.
  function closing() {
    const note = document.getElementById("closing");
    if (!note) return;
    note.hidden = false;
    const timer = setTimeout(() => leave(note.dataset.to), note.dataset.after * 1000);
    note.querySelector("button").addEventListener("click", () => {
      clearTimeout(timer);
      note.hidden = true;
    });
  }

  // On a poor net an answer is held in this page and sent again until it has come through: saved twice, it is saved
  // once. The end is sent when the net is seen to be there (``first``), since its page is shown only once.
  function sending() {
    const note = document.getElementById("sending");
    if (!note) return;
    const form = note.closest("form");
    let pressed = null, busy = false;
    for (const button of form.querySelectorAll("button[name]")) button.addEventListener("click", () => (pressed = button));
    const pause = (seconds) =>
      new Promise((done) => {
        setTimeout(done, seconds * 1000);
        addEventListener("online", done, { once: true });
      });
    const post = async (said) => {
      const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 15000);
      const how = { method: "POST", body: said, headers: { "x-waits": "1" }, redirect: "manual", signal: stop.signal };
      const answer = await fetch(note.dataset.first || form.action, how).catch(() => null);
      clearTimeout(timer);
      return answer && (answer.status < 502 || answer.status > 504) ? answer : null;
    };
    // Whatever is a page of its own is shown as it is without this script.
    const plainly = () => {
      const chosen = document.createElement("input");
      chosen.type = "hidden";
      if (pressed) form.append(Object.assign(chosen, { name: pressed.name, value: pressed.value }));
      form.submit();
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      form.setAttribute("aria-busy", "true");
      const said = new URLSearchParams(new FormData(form));
      if (pressed) said.append(pressed.name, pressed.value);
      let answer = await post(said);
      for (let seconds = 1; !answer; seconds = Math.min(2 * seconds, 15)) {
        note.textContent = note.dataset.waiting;
        await pause(seconds);
        answer = await post(said);
      }
      const next = answer.headers.get("x-next");
      if (!next) return plainly();
      note.textContent = note.dataset.sent;
      location.assign(next);
    });
  }

  // One button reads the question and then the answers: people's voices where recorded, else a voice of the device's
  // own, never one that sends the text away.
  function reading() {
    const box = document.getElementById("listen");
    if (!box) return;
    const button = box.querySelector("button"), play = button.textContent;
    const clips = [...box.querySelectorAll("audio")];
    let on = false;
    const turn = (to) => {
      on = to;
      button.textContent = on ? box.dataset.stop : play;
    };
    const recorded = {
      start(number) {
        if (number === clips.length) return turn(false);
        clips[number].onended = () => recorded.start(number + 1);
        clips[number].currentTime = 0;
        clips[number].play().catch(() => turn(false));
      },
      stop: () => clips.forEach((clip) => clip.pause()),
    };
    const language = document.documentElement.lang.split("-")[0];
    const voice = () =>
      speechSynthesis.getVoices().find((one) => one.localService && one.lang.split(/[-_]/)[0] === language);
    const spoken = {
      start() {
        const texts = [...document.querySelectorAll("legend h1, .options label span")].map((one) => one.textContent);
        texts.forEach((text, number) => {
          const said = new SpeechSynthesisUtterance(text);
          said.voice = voice();
          said.lang = said.voice.lang;
          if (number === texts.length - 1) said.onend = () => turn(false);
          speechSynthesis.speak(said);
        });
      },
      stop: () => speechSynthesis.cancel(),
    };
    const way = clips.length ? recorded : spoken;
    button.addEventListener("click", () => {
      if (on) way.stop();
      else way.start(0);
      turn(!on);
    });
    const offer = () => {
      button.hidden = false;
      const rest = box.querySelector(".recorded, p");
      rest.hidden = clips.length > 0;
    };
    if (clips.length) return offer();
    if (!("speechSynthesis" in window)) return;
    const look = () => voice() && offer();
    look();
    speechSynthesis.addEventListener("voiceschanged", look);
    addEventListener("pagehide", spoken.stop);
  }
})();
