/* Entries that wait for a connection. Used by the page and by the service worker.
   Each belongs to the account that made it (an opaque key from the server) and is sent under that login only. */
(() => {
  "use strict";
  const NAME = "fleksibel-presence";
  const STORE = "entries";
  const OWNER = "fleksibel-presence-owner";
  const LAST = "last-sent";
  const MOST = 100;
  const PATIENCE_MS = 15000;

  const opened = () => new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "client_id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const within = async (mode, act) => {
    const database = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(STORE, mode);
        const request = act(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(request && request.result);
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  };

  const add = (entry) => within("readwrite", (store) => store.put(entry));
  const isEntry = (row) => row.client_id !== LAST;
  const all = async () => (await within("readonly", (store) => store.getAll())).filter(isEntry).sort((one, other) => one.client_at.localeCompare(other.client_at));
  const drop = (ids) => within("readwrite", (store) => { ids.forEach((id) => store.delete(id)); });

  /* When something was last sent from here, in milliseconds; 0: never. The worker may have been quicker than the page. */
  const lastSent = async () => { const row = await within("readonly", (store) => store.get(LAST)); return row ? row.at : 0; };

  const patient = (url, options) => {
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), PATIENCE_MS);
    return fetch(url, { credentials: "same-origin", cache: "no-store", ...options, signal: control.signal }).finally(() => clearTimeout(timer));
  };

  /* Who is logged in now: {owner, token}; "out" when nobody is; null without a connection. */
  const session = async (url) => {
    try {
      const answer = await patient(url, { headers: { Accept: "application/json" } });
      if (answer.redirected || answer.status === 401 || answer.status === 403) return "out";
      if (!answer.ok || !(answer.headers.get("Content-Type") || "").includes("json")) return null;
      return await answer.json();
    } catch { return null; }
  };

  /* Send what waits for whoever is logged in. Answers {state: "sent" | "offline" | "out" | "other" | "nothing", results}. */
  const flush = async ({ api, session: address, device }) => {
    const waiting = await all();
    if (!waiting.length) return { state: "nothing", results: [] };
    const who = await session(address);
    if (who === null) return { state: "offline", results: [] };
    if (who === "out") return { state: "out", results: [] };
    const own = waiting.filter((entry) => entry.owner === who.owner).slice(0, MOST);
    if (!own.length) return { state: "other", results: [] };
    const sent = new Date().toISOString();
    const entries = own.map((entry) => ({
      client_id: entry.client_id, direction: entry.direction, client_at: entry.client_at,
      queued: Boolean(entry.tried) || Date.now() - Date.parse(entry.client_at) > 5000,
      position: entry.position || null, selfie: entry.selfie || null,
    }));
    let answer;
    try {
      answer = await patient(api, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": who.token },
        body: JSON.stringify({ owner: who.owner, device: device || "", sent_at: sent, entries }),
      });
    } catch { return { state: "offline", results: [] }; }
    if (answer.status === 401) return { state: "out", results: [] };
    if (answer.status === 409) return { state: "other", results: [] };
    if (!answer.ok) return { state: "offline", results: [] };
    const { results } = await answer.json();
    await drop(results.map((result) => result.client_id));
    await add({ client_id: LAST, at: Date.now() });
    const rest = waiting.length - own.length > 0 && waiting.some((entry) => entry.owner === who.owner && !own.includes(entry));
    return rest ? flush({ api, session: address, device }) : { state: "sent", results };
  };

  self.PresenceQueue = { add, all, drop, flush, lastSent, session, OWNER };
})();
