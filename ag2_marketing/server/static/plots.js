// Draws the plots of a page by plotly, from the data beside each; without this script, or with a
// browser that stops it, the drawings that the page came with stay. Colours are the page's, by the kind of a trace.
(function () {
  "use strict";
  if (!window.Plotly) {
    return;
  }
  var fine = window.matchMedia("(pointer: fine)").matches;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  // How a kind of line looks, where it is not 2.5 wide and solid; a judged one is thick and ends in a dot.
  var lines = {
    zero: {width: 1}, limit: {width: 2, dash: "dash"}, aside: {width: 1.5, dash: "dot"}, here: {width: 3, dash: "dot"},
    better: {width: 6}, worse: {width: 6}, unclear: {width: 6},
    leading: {width: 6}, competitive: {width: 6}, lagging: {width: 6}, inconclusive: {width: 3, dash: "dash"},
    average: {width: 1.5}, leader: {width: 2, dash: "dash"}, target: {width: 3}, course: {width: 1.75},
    change: {width: 2, dash: "dot"}, forecast: {width: 2, dash: "dot", colour: "forecast-line"}
  };
  var judged = ["better", "worse", "unclear", "leading", "competitive", "lagging", "inconclusive", "unmeasured"];
  var open = ["inconclusive", "outlier"];
  var bands = ["zone-lagging", "zone-leading", "forecast", "middle"];

  function colours(element) {
    var style = window.getComputedStyle(element);
    return function (name) {
      return style.getPropertyValue("--" + name).trim();
    };
  }

  function dressed(trace, colour) {
    var kind = trace.meta.kind;
    var look = lines[kind] || {};
    var own = colour(kind) || colour("ink");
    var isJudged = judged.indexOf(kind) >= 0;
    var around = {color: colour("paper"), width: 1.5};
    switch (trace.meta.shape) {
      case "band":
        return Object.assign({}, trace, {fillcolor: colour(bands.indexOf(kind) >= 0 ? kind : "band"), line: {width: 0}});
      case "bars":
        return Object.assign({}, trace, {marker: {color: own, line: around}});
      case "words":
        return Object.assign({}, trace, {textfont: {color: colour("ink"), size: 13, weight: kind === "named" ? 600 : 400}});
      case "dots":
        return Object.assign({}, trace, {
          marker: Object.assign(
            {size: isJudged ? 15 : kind === "here" ? 12 : kind === "outlier" ? 10 : 7, opacity: 1},
            open.indexOf(kind) >= 0
              ? {color: colour("paper"), line: {color: own, width: 2.5}}
              : {color: own, line: around}
          )
        });
      default:
        return Object.assign({}, trace, {
          line: {color: look.colour ? colour(look.colour) : own, width: look.width || 2.5, dash: look.dash || "solid"}
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
      if (trace.hoverinfo !== "text" || (trace.meta.shape === "line" && judged.indexOf(trace.meta.kind) >= 0)) {
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

  document.querySelectorAll(".trial .plot").forEach(function (plot) {
    if (plot.querySelector(".plot-data")) {
      draw(plot);
    }
  });
})();
