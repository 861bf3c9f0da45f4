// Draws the charts of a page with plotly.js: when they come into view, or behind a button on phones and with Save-Data.
// The tables beside them say the same; without this script nothing is missing.
"use strict";
(() => {
  const own = document.currentScript;
  const narrow = matchMedia("(max-width: 48rem)").matches || (navigator.connection && navigator.connection.saveData);
  const calm = { displayModeBar: false, showSendToCloud: false, displaylogo: false, responsive: true,
                 scrollZoom: false, doubleClick: false, showTips: false, plotlyServerURL: "" };
  let library = null;

  const load = () => library ??= new Promise((done, failed) => {
    // An element of the id that it looks for keeps the library from writing a style of its own.
    for (const id of own.dataset.guards.split(" ")) if (id) document.head.append(Object.assign(document.createElement("meta"), { id }));
    const script = Object.assign(document.createElement("script"), { src: own.dataset.plotly, onload: done, onerror: failed });
    document.head.append(script);
  });

  const draw = async (chart) => {
    const room = chart.querySelector(".chart-room");
    chart.setAttribute("aria-busy", "true");
    try {
      const [answer] = await Promise.all([fetch(chart.dataset.chart), load()]);
      if (!answer.ok) throw new Error(String(answer.status));
      const { data, layout } = await answer.json();
      room.style.height = `${layout.height}px`;
      await Plotly.newPlot(room, data, layout, calm);
      chart.dataset.drawn = "";
    } catch {
      room.hidden = true;
      chart.querySelector(".chart-failed").hidden = false;
    }
    chart.removeAttribute("aria-busy");
  };

  const charts = [...document.querySelectorAll(".chart[data-chart]")];
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) { seen.unobserve(target); draw(target); }
  }, { rootMargin: "200px" });
  for (const chart of charts) {
    const button = chart.querySelector(".chart-show");
    chart.hidden = false;
    if (narrow || chart.dataset.asked !== undefined) {
      button.hidden = false;
      button.addEventListener("click", () => { button.hidden = true; chart.querySelector(".chart-room").focus(); draw(chart); });
    } else {
      seen.observe(chart);
    }
  }
})();
