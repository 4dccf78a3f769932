// Runs before the page's first script, in a world of its own: collects what the browser reports, judges nothing.
// `collected()` hands it over. Entries are bounded, so that a page cannot fill our memory.
(() => {
  if (window !== window.top) return;
  const MOST = 2000;
  const seen = { lcp: null, fcp: null, shifts: [], tasks: [] };
  const name = (node) => {
    if (!(node instanceof Element)) return null;
    const id = node.id ? `#${node.id}` : "";
    const classes = [...node.classList].slice(0, 2).map((one) => `.${one}`).join("");
    return `${node.localName}${id}${classes}`.slice(0, 120);
  };
  const waiting = [];
  const watch = (type, take) => {
    try {
      const observer = new PerformanceObserver((list) => list.getEntries().forEach(take));
      observer.observe({ type, buffered: true });
      waiting.push(() => observer.takeRecords().forEach(take)); // a busy browser delivers late
    } catch (error) {
      // This Chromium does not report the type; what depends on it stays unmeasured.
    }
  };
  watch("largest-contentful-paint", (entry) => {
    seen.lcp = { at: entry.startTime, element: name(entry.element), url: (entry.url || "").slice(0, 500) || null };
  });
  watch("paint", (entry) => {
    if (entry.name === "first-contentful-paint") seen.fcp = entry.startTime;
  });
  watch("layout-shift", (entry) => {
    // Nobody touches the page: `hadRecentInput` is only ever set by the emulated window taking its size.
    if (seen.shifts.length >= MOST) return;
    const sources = entry.sources.slice(0, 3).map((source) => name(source.node)).filter(Boolean);
    seen.shifts.push({ at: entry.startTime, value: entry.value, elements: sources });
  });
  watch("longtask", (entry) => {
    if (seen.tasks.length < MOST) seen.tasks.push({ at: entry.startTime, duration: entry.duration });
  });

  const overflowing = () => {
    const width = document.documentElement.clientWidth;
    const wide = [];
    for (const element of document.body ? document.body.getElementsByTagName("*") : []) {
      const box = element.getBoundingClientRect();
      if (box.width > 0 && box.right + window.scrollX > width + 1) wide.push(element);
      if (wide.length >= 200) break;
    }
    const innermost = wide.filter((one) => !wide.some((other) => other !== one && one.contains(other)));
    return innermost.slice(0, 10).map(name);
  };
  window.collected = () => {
    waiting.forEach((take) => take());
    const navigation = performance.getEntriesByType("navigation")[0];
    const root = document.scrollingElement || document.documentElement;
    const scrolls = root.scrollWidth > document.documentElement.clientWidth + 1;
    return {
      ...seen,
      ended_at: performance.now(),
      response_start: navigation ? navigation.responseStart : null,
      load_event: navigation ? navigation.loadEventStart : null,
      requests: performance.getEntriesByType("resource").length + 1,
      content_width: root.scrollWidth,
      window_width: document.documentElement.clientWidth,
      layout_width: window.innerWidth,
      wide_elements: scrolls ? overflowing() : [],
    };
  };
})();
