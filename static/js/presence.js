/* Check in and out: position and photo where asked for, kept in the browser first, then sent. Without this file the
   form sends the entry by itself, without a position. */
(() => {
  "use strict";
  const root = document.getElementById("presence");
  const queue = self.PresenceQueue;
  if (!root || !queue || !self.indexedDB || !self.fetch) return;
  const words = document.getElementById("presence-words").dataset;
  const state = document.getElementById("presence-state");
  const POSITION_MS = 9000;
  const SELFIE_SIDE = 640;
  const RETRY_MS = 30000;
  const isFrame = "frame" in root.dataset;

  const store = {
    read: (name) => { try { return localStorage.getItem(name) || ""; } catch { return ""; } },
    write: (name, value) => { try { localStorage.setItem(name, value); } catch { /* forbidden: then only online */ } },
  };
  const newId = () => (crypto.randomUUID ? crypto.randomUUID()
    : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16)));
  if (root.dataset.owner) store.write(queue.OWNER, root.dataset.owner);
  const owner = () => root.dataset.owner || store.read(queue.OWNER);
  const device = () => {
    let id = store.read("fleksibel-device");
    if (!id) { id = newId(); store.write("fleksibel-device", id); }
    return id;
  };
  const addresses = () => ({ api: root.dataset.api, session: root.dataset.session, device: device() });
  const say = (text) => { state.textContent = text; };
  /* Times are those of the unit, not of the telephone; the frame has what the page last knew. */
  const ZONE = "fleksibel-zone";
  if (root.dataset.zone) store.write(ZONE, root.dataset.zone);
  const clock = (iso) => new Date(iso).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", timeZone: root.dataset.zone || store.read(ZONE) || undefined });

  /* ---------- What an entry holds ---------- */
  const position = () => new Promise((resolve) => {
    if (!("position" in root.dataset) || !navigator.geolocation) { resolve(null); return; }
    const timer = setTimeout(() => resolve(null), POSITION_MS);
    const done = (value) => { clearTimeout(timer); resolve(value); };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ latitude: Number(coords.latitude.toFixed(6)), longitude: Number(coords.longitude.toFixed(6)), accuracy_m: Math.round(coords.accuracy) }),
      () => done(null),
      { enableHighAccuracy: true, timeout: POSITION_MS - 500, maximumAge: 10000 },
    );
  });

  const selfie = async () => {
    const input = document.getElementById("presence-selfie");
    const file = input && input.files && input.files[0];
    if (!file) return null;
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(1, SELFIE_SIDE / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
    } catch { return null; }
  };

  /* ---------- What waits ---------- */
  const showWaiting = async () => {
    const list = root.querySelector("[data-presence-waiting]");
    if (!list) return;
    const mine = (await queue.all()).filter((entry) => entry.owner === owner());
    list.replaceChildren(...mine.map((entry) => {
      const row = document.createElement("li");
      row.className = "rule info";
      const body = document.createElement("div");
      body.textContent = `${words[entry.direction]} ${clock(entry.client_at)}`;
      const tag = document.createElement("span");
      tag.className = "tag info";
      tag.textContent = words.waits;
      row.append(document.createElement("span"), body, tag);
      return row;
    }));
  };

  const refresh = async () => {
    if (isFrame) { location.replace(root.dataset.page); return; }
    try {
      const answer = await fetch(root.dataset.page, { credentials: "same-origin", headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) return;
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      const fresh = holder.content.getElementById("presence-today");
      if (fresh) document.getElementById("presence-today").replaceWith(fresh);
    } catch { /* the entry is in; the list comes with the next visit */ }
  };

  /* ---------- Sending ---------- */
  let sending = null;
  const send = () => {
    if (!sending) sending = queue.flush(addresses()).finally(() => { sending = null; });
    return sending;
  };

  const later = async () => {
    try {
      const worker = await navigator.serviceWorker.ready;
      if (worker.sync) await worker.sync.register("presence");
    } catch { /* the page sends when it is open */ }
  };

  const report = async (outcome, entry) => {
    const { state: how, results } = outcome;
    const login = document.getElementById("presence-login");
    if (login) login.hidden = how !== "out";
    const refused = results.filter((result) => result.outcome === "refused").length;
    if (how === "sent") {
      await refresh();
      const mine = entry && results.find((result) => result.client_id === entry.client_id);
      if (refused) say(words.refused);
      else if (mine && entry.withoutPosition) say(words.noPosition);
      else if (mine && results.length === 1 && !entry.tried) say(words.sent.replace("{time}", clock(entry.client_at)));
      else say(words.sentLater.replace("{count}", results.length));
    } else if (how === "out") say(words.logIn);
    else if (how === "other") say(words.other);
    else if (how === "offline" && entry) {
      await queue.add({ ...entry, tried: true });
      await later();
      say(words.waiting.replace("{time}", clock(entry.client_at)));
    }
    await showWaiting();
  };

  let busy = false;
  const enter = async (direction) => {
    if (busy) return;
    if (!owner()) { say(words.unknown); return; }
    busy = true;
    try {
      const entry = { client_id: newId(), owner: owner(), direction, client_at: new Date().toISOString(), addresses: addresses() };
      const asks = "position" in root.dataset;
      if (asks) say(words.locating);
      const [where, photo] = await Promise.all([position(), selfie()]);
      Object.assign(entry, { position: where, selfie: photo, withoutPosition: asks && !where });
      try { await queue.add(entry); } catch { say(words.unsafe); return; }
      say(words.sending);
      if (sending) await sending; // it began before this entry was there
      await report(await send(), entry);
    } finally {
      busy = false;
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-presence]");
    if (!form) return;
    event.preventDefault();
    const button = event.submitter;
    if (button && button.value) enter(button.value);
  });

  /* ---------- A question that is on the screen ---------- */
  const prompt = document.querySelector("form[data-prompt-seen]");
  const seen = () => {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", seen);
    fetch(prompt.dataset.promptSeen, { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": prompt.elements.csrfmiddlewaretoken.value } })
      .catch(() => { /* then it was not seen */ });
  };
  if (prompt) { document.addEventListener("visibilitychange", seen); seen(); }

  /* ---------- Start ---------- */
  const again = async () => {
    const waiting = await queue.all();
    if (waiting.length) await report(await send());
  };
  /* The worker may have sent what waited while this page was on its way, or is open. */
  const sentElsewhere = async (count) => {
    await refresh();
    await showWaiting();
    say(words.sentLater.replace("{count}", count));
  };
  const begin = async () => {
    if (await queue.lastSent() > performance.timeOrigin) await sentElsewhere(1);
    await showWaiting();
    await again();
  };
  if (navigator.serviceWorker) navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.page }).catch(() => { /* then only online */ });
  if (navigator.serviceWorker) navigator.serviceWorker.addEventListener("message", ({ data }) => { if (data && data.sent) sentElsewhere(data.sent); });
  addEventListener("online", again);
  setInterval(() => { if (!busy) again(); }, RETRY_MS);
  begin();
})();
