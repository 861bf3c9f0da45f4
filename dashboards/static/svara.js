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

  // Quick exit: blank at once, then another site in this page's place.
  const exit = document.querySelector("a.exit");
  if (!exit) return;
  const leave = () => {
    document.documentElement.hidden = true;
    document.title = "\u2026";
    location.replace(exit.href);
  };
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
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
    if (presses.length > 2) leave();
  });
})();
