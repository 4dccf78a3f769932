/*
 * Tells the tracking server what visitors do:
 *
 *   <script src="https://track.example.com/snippet.js" data-key="YOUR_WRITE_KEY" defer></script>
 *   trackEvent("conversion", {revenue: 49.9}, {experiment: "…", variant: "…"});
 *
 * Further attributes of the script:
 *   data-consent="required"     nothing is kept or sent before trackEvent.consent(true)
 *   data-user="…"               the user's id; a random one of this browser where it is missing
 *   data-pageview="auto"        send a "pageview" at once, with data-experiment and data-variant
 *
 * An event lies in localStorage until the server has said that it is stored, so that it outlives a closed page
 * and a lost connection. Each has an id of its own, by which the server takes it once however often it comes.
 */
(function () {
  "use strict";

  var script = document.currentScript;
  var settings = script.dataset;
  var server = {}; // its own settings, which it puts in here when it serves this file
  var endpoint = new URL("/api/track/beacon", script.src).href;

  var PREFIX = "ag2m:event:" + settings.key + ":";
  var USER = "ag2m:user";
  var CONSENT = "ag2m:consent";
  var MOST_KEPT = 1000; // events in localStorage
  var MOST_SENT = 50; // events of one request
  var MOST_CHARACTERS = 50000; // of one request: browsers send at most 64 KiB once the page is gone
  var FIRST_WAIT_MS = 1000;
  var LONGEST_WAIT_MS = 300000;

  var inMemory = {}; // where localStorage is switched off
  var sentLast = {};
  var timer = null;
  var isSending = false;
  var failures = 0;

  function read(name) {
    try {
      return localStorage.getItem(name);
    } catch (blocked) {
      return Object.hasOwn(inMemory, name) ? inMemory[name] : null;
    }
  }

  function write(name, value) {
    try {
      localStorage.setItem(name, value);
    } catch (blockedOrFull) {
      inMemory[name] = value;
    }
  }

  function remove(name) {
    delete inMemory[name];
    try {
      localStorage.removeItem(name);
    } catch (blocked) {
      // it was in memory only
    }
  }

  function keptNames() {
    var names = Object.keys(inMemory);
    try {
      names = names.concat(Object.keys(localStorage));
    } catch (blocked) {
      // there are those in memory only
    }
    return names.filter(function (name) {
      return name.startsWith(PREFIX);
    });
  }

  function randomId() {
    if (crypto.randomUUID) {
      return crypto.randomUUID(); // pages without https have none
    }
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, function (byte) {
      return byte.toString(16).padStart(2, "0");
    }).join("");
  }

  function userId() {
    if (settings.user) {
      return settings.user;
    }
    var known = read(USER);
    if (!known) {
      known = randomId();
      write(USER, known);
    }
    return known;
  }

  function mayTrack() {
    var asksNotTo = navigator.doNotTrack === "1" || navigator.globalPrivacyControl === true;
    if (asksNotTo && server.respectDoNotTrack) {
      return false;
    }
    var isConsentNeeded = server.requireConsent || settings.consent === "required";
    var said = read(CONSENT);
    return said === "yes" || (said === null && !isConsentNeeded);
  }

  function keptEvent(name) {
    var text = read(name);
    try {
      var event = JSON.parse(text);
      return event && { name: name, text: text, event: event }; // without one, another tab has sent it
    } catch (damaged) {
      remove(name);
      return null;
    }
  }

  // The oldest events first, as many as fit into one request.
  function nextBatch(isWanted) {
    var batch = { names: [], events: [] };
    var characters = 0;
    keptNames()
      .filter(isWanted || Boolean)
      .map(keptEvent)
      .filter(Boolean)
      .sort(function (one, other) {
        return one.event.occurred_at - other.event.occurred_at;
      })
      .every(function (kept) {
        characters += kept.text.length;
        if (batch.events.length && (batch.events.length === MOST_SENT || characters > MOST_CHARACTERS)) {
          return false;
        }
        batch.names.push(kept.name);
        batch.events.push(kept.event);
        return true;
      });
    return batch;
  }

  function bodyOf(batch) {
    return JSON.stringify({
      write_key: settings.key,
      sent_at: Date.now(),
      consent: read(CONSENT) === "yes" ? true : undefined,
      events: batch.events,
    });
  }

  function sendSoon(waitMs) {
    if (timer === null) {
      timer = setTimeout(function () {
        timer = null;
        send();
      }, waitMs);
    }
  }

  function send() {
    var batch = mayTrack() ? nextBatch() : { events: [] };
    if (isSending || !batch.events.length || navigator.onLine === false) {
      return; // "online" and the end of the running request come back here
    }
    isSending = true;
    post(bodyOf(batch)).then(function (outcome) {
      isSending = false;
      if (outcome.isFinal) {
        failures = 0;
        batch.names.forEach(remove);
        send();
      } else {
        failures += 1;
        sendSoon(outcome.waitMs || backOffMs());
      }
    });
  }

  // What the server will never take is final too: sending it again would not change that.
  function post(body) {
    return fetch(endpoint, {
      method: "POST",
      body: body, // a string goes as text/plain, which needs no preflight
      keepalive: true,
      credentials: "omit",
    }).then(
      function (response) {
        var comeBack = response.status >= 500 || response.status === 429 || response.status === 408;
        if (!response.ok && !comeBack) {
          console.warn("trackEvent: the server refused events (" + response.status + ").");
        }
        return { isFinal: !comeBack, waitMs: 1000 * Number(response.headers.get("retry-after")) };
      },
      function () {
        return { isFinal: false, waitMs: 0 };
      }
    );
  }

  function backOffMs() {
    var longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * Math.pow(2, failures - 1));
    return longest * (0.5 + Math.random() / 2); // so that many pages do not come back at once
  }

  function isNotSentLast(name) {
    return !Object.hasOwn(sentLast, name);
  }

  // The page goes away, and no answer can be waited for: what is sent here stays kept, and is sent again by the
  // next page, in case it did not arrive.
  function sendLast() {
    var batch = mayTrack() ? nextBatch(isNotSentLast) : { events: [] };
    if (!batch.events.length) {
      return;
    }
    batch.names.forEach(function (name) {
      sentLast[name] = true;
    });
    var body = bodyOf(batch);
    if (!navigator.sendBeacon || !navigator.sendBeacon(endpoint, body)) {
      post(body);
    }
  }

  /*
   * Track an event.
   *   name     "pageview", "conversion", "engagement", or a metric's name
   *   metrics  values by metric, as in {revenue: 49.9}
   *   options  experiment, variant, user, channel, context
   * Returns the event's id, or null where the visitor does not want to be tracked.
   */
  function trackEvent(name, metrics, options) {
    if (!mayTrack() || keptNames().length >= MOST_KEPT) {
      return null;
    }
    var chosen = options || {};
    var event = {
      event: name,
      event_id: randomId(),
      experiment_id: chosen.experiment || chosen.test_id || settings.experiment,
      variant_id: chosen.variant || settings.variant,
      user_id: chosen.user || userId(),
      channel: chosen.channel,
      metrics: metrics || undefined,
      context: chosen.context,
      occurred_at: Date.now(),
    };
    write(PREFIX + event.event_id, JSON.stringify(event));
    sendSoon(0);
    return event.event_id;
  }

  // true: track from now on; false: never, and forget what is kept; null: back to what the page says.
  trackEvent.consent = function (given) {
    if (given === null) {
      remove(CONSENT);
      return;
    }
    write(CONSENT, given ? "yes" : "no");
    if (given) {
      sendSoon(0);
    } else {
      keptNames().forEach(remove);
      remove(USER);
    }
  };

  window.trackEvent = trackEvent;
  window.addEventListener("online", send);
  window.addEventListener("pagehide", sendLast);
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") {
      sendLast();
    } else {
      sendSoon(0);
    }
  });

  if (settings.pageview === "auto") {
    trackEvent("pageview");
  }
  sendSoon(0); // what earlier pages could not send
})();
