// Draws the plots of an experiment's page by plotly, from the data beside each; without this script, or with a
// browser that stops it, the drawings that the page came with stay. Colours are the page's, by the kind of a trace.
(function () {
  "use strict";
  if (!window.Plotly) {
    return;
  }
  var fine = window.matchMedia("(pointer: fine)").matches;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var verdicts = ["better", "worse", "unclear"];
  var widths = {zero: 1, limit: 2, aside: 1.5, here: 3};
  var dashes = {limit: "dash", aside: "dot", here: "dot"};

  function colours(element) {
    var style = window.getComputedStyle(element);
    return function (name) {
      return style.getPropertyValue("--" + name).trim();
    };
  }

  function dressed(trace, colour) {
    var kind = trace.meta.kind;
    var own = colour(kind) || colour("ink");
    var judged = verdicts.indexOf(kind) >= 0;
    var around = {color: colour("paper"), width: 1.5};
    switch (trace.meta.shape) {
      case "band":
        return Object.assign({}, trace, {fillcolor: colour("band"), line: {width: 0}});
      case "bars":
        return Object.assign({}, trace, {marker: {color: own, line: around}});
      case "words":
        return Object.assign({}, trace, {textfont: {color: colour("ink"), size: 13, weight: kind === "named" ? 600 : 400}});
      case "dots":
        return Object.assign({}, trace, {
          marker: {color: own, size: judged ? 15 : kind === "here" ? 12 : 7, line: around, opacity: 1}
        });
      default:
        return Object.assign({}, trace, {
          line: {color: own, width: judged ? 6 : widths[kind] || 2.5, dash: dashes[kind] || "solid"}
        });
    }
  }

  function layout(figure, colour) {
    var clear = "rgba(0,0,0,0)";
    function axis(given) {
      return Object.assign({}, given, {gridcolor: colour("line"), linecolor: colour("line"), fixedrange: !fine});
    }
    return Object.assign({}, figure.layout, {
      paper_bgcolor: clear,
      plot_bgcolor: clear,
      dragmode: fine ? "zoom" : false,
      font: {family: colour("sans"), size: 12, color: colour("soft")},
      hoverlabel: {bgcolor: colour("paper"), bordercolor: colour("soft"), font: {color: colour("ink"), size: 13}},
      xaxis: axis(figure.layout.xaxis),
      yaxis: axis(figure.layout.yaxis)
    });
  }

  // Every point that says something, from left to right.
  function telling(figure) {
    var found = [];
    figure.data.forEach(function (trace, curve) {
      // where the same point is a line's and a dot's, the dot speaks
      if (trace.hoverinfo !== "text" || (trace.meta.shape === "line" && verdicts.indexOf(trace.meta.kind) >= 0)) {
        return;
      }
      trace.x.forEach(function (x, point) {
        if (trace.y[point] !== null && trace.customdata[point]) {
          found.push({x: x, curveNumber: curve, pointNumber: point, words: trace.customdata[point]});
        }
      });
    });
    var seen = {};
    return found
      .sort(function (a, b) { return a.x - b.x || a.curveNumber - b.curveNumber; })
      .filter(function (one) { return seen[one.words] ? false : (seen[one.words] = true); });
  }

  function byKeyboard(live, spoken, figure) {
    var points = telling(figure);
    var place = -1;
    function go(to) {
      place = Math.min(Math.max(to, 0), points.length - 1);
      var one = points[place];
      window.Plotly.Fx.hover(live, [{curveNumber: one.curveNumber, pointNumber: one.pointNumber}]);
      spoken.textContent = one.words;
    }
    function leave() {
      place = -1;
      window.Plotly.Fx.unhover(live);
      spoken.textContent = "";
    }
    live.addEventListener("focus", function () { spoken.textContent = live.dataset.hint; });
    live.addEventListener("blur", leave);
    live.addEventListener("keydown", function (event) {
      var moves = {ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: points.length - 1};
      if (event.key === "Escape") {
        leave();
      } else if (event.key in moves && points.length) {
        event.preventDefault();
        go(moves[event.key]);
      }
    });
  }

  function draw(plot) {
    var live = plot.querySelector(".live");
    var figure = JSON.parse(plot.querySelector(".plot-data").textContent);
    var options = {displayModeBar: false, responsive: true, doubleClick: "reset"};
    function redraw() {
      var colour = colours(plot);
      var data = figure.data.map(function (trace) { return dressed(trace, colour); });
      return window.Plotly.react(live, data, layout(figure, colour), options);
    }
    live.hidden = false;
    return redraw().then(function () {
      plot.querySelector(".drawing").hidden = true;
      byKeyboard(live, plot.querySelector(".spoken"), figure);
      dark.addEventListener("change", redraw);
    }, function () {
      live.hidden = true;
    });
  }

  document.querySelectorAll(".trial .plot").forEach(draw);
})();
