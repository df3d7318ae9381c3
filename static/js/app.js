/* Small comforts. Every page works without this file. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const text = (name) => document.body.dataset[name] || "";
  const each = (selector, from, act) => {
    if (from.matches && from.matches(selector)) act(from);
    from.querySelectorAll(selector).forEach(act);
  };

  /* ---------- Notices ---------- */
  const showNotice = (words, { id = "", button = "", onButton = null } = {}) => {
    const area = document.getElementById("messages");
    if (!area || (id && document.getElementById(id))) return;
    const box = document.createElement("div");
    box.className = "notice info";
    if (id) box.id = id;
    const icon = document.createElement("span");
    const body = document.createElement("p");
    body.textContent = words;
    box.append(icon, body);
    const act = document.createElement("button");
    act.type = "button";
    act.className = "btn btn-sm";
    act.textContent = button || text("textClose");
    act.addEventListener("click", () => { box.remove(); if (onButton) onButton(); });
    box.append(act);
    area.append(box);
  };

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-dismiss]");
    if (close) close.closest(".notice").remove();
    if (event.target.closest("[data-print]")) window.print();
  });

  /* ---------- Text that survives an expired session ---------- */
  const DAYS_KEPT = 7;
  const store = {
    name: (form) => `keep:${document.body.dataset.keepFor || ""}:${form.dataset.keep}`,
    read: (name) => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } },
    write: (name, value) => { try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* storage full or forbidden */ } },
    drop: (name) => { try { localStorage.removeItem(name); } catch { /* forbidden */ } },
    names: () => { try { return Object.keys(localStorage).filter((name) => name.startsWith("keep:")); } catch { return []; } },
  };
  const SECRET = new Set(["hidden", "password", "file", "submit", "button"]);
  const kept = (form) => [...form.elements].filter((field) => field.name && (!SECRET.has(field.type) || /-TOTAL_FORMS$/.test(field.name)));
  const isChoice = (field) => field.type === "checkbox" || field.type === "radio";
  const valueOf = (field) => field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value;
  const snapshot = (form) => kept(form).map((field) => isChoice(field)
    ? [field.name, field.value, field.checked] : [field.name, valueOf(field)]);

  const fill = (form, fields) => {
    const total = new Map(fields.filter(([name]) => /-TOTAL_FORMS$/.test(name)).map(([name, value]) => [name, Number(value)]));
    each("[data-formset]", form, (set) => {
      const name = `${set.dataset.formset}-TOTAL_FORMS`;
      for (let guard = 0; guard < 100 && Number(form.elements[name].value) < (total.get(name) || 0); guard += 1) cloneRow(set);
    });
    for (const [name, value, checked] of fields) {
      if (/-TOTAL_FORMS$/.test(name)) continue;
      for (const field of kept(form).filter((one) => one.name === name)) {
        if (isChoice(field)) { if (field.value === value) field.checked = checked; }
        else if (field.multiple) [...field.options].forEach((option) => { option.selected = value.includes(option.value); });
        else field.value = value;
      }
    }
    each("[data-formset]", form, foldSpareRows);
    form.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const cameFrom = () => { try { return new URL(document.referrer).pathname; } catch { return ""; } };

  const started = new WeakSet();
  const startKeeping = (form) => {
    if (started.has(form)) return;
    started.add(form);
    const name = store.name(form);
    let draft = store.read(name);
    const refused = form.querySelector("[aria-invalid=true], .form-errors");
    if (draft && draft.sent === cameFrom() && document.querySelector("#messages .notice.ok")) { store.drop(name); draft = null; }
    const before = JSON.stringify(snapshot(form));
    if (draft && !refused && JSON.stringify(draft.fields) !== before) {
      fill(form, draft.fields);
      showNotice(text("textRestored"), {
        id: "restored", button: text("textDiscard"),
        onButton: () => { store.drop(name); fill(form, JSON.parse(before)); },
      });
    }
    if (draft && draft.sent) store.write(name, { ...draft, sent: null });
    let timer = 0;
    const save = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const fields = snapshot(form);
        if (JSON.stringify(fields) === before) store.drop(name);
        else store.write(name, { at: Date.now(), fields, sent: null });
      }, 300);
    };
    form.addEventListener("input", save);
    form.addEventListener("change", save);
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      store.write(name, { at: Date.now(), fields: snapshot(form), sent: location.pathname });
    });
  };

  /* A draft was accepted when the page after its form is neither the login nor an error page; that form again, only when
     the page says that something was done. */
  const dropAccepted = () => {
    const here = new Set([...document.querySelectorAll("form[data-keep]")].map(store.name));
    const held = document.querySelector("[data-hold-drafts]");
    const came = cameFrom();
    for (const name of store.names()) {
      const draft = store.read(name);
      if (!draft || Date.now() - draft.at > DAYS_KEPT * 864e5) store.drop(name);
      else if (draft.sent && !here.has(name)) {
        if (!held && draft.sent === came) store.drop(name);
        else store.write(name, { ...draft, sent: null });
      }
    }
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.closest("[data-forget-drafts]")) return;
    store.names().forEach(store.drop);
    store.drop("fleksibel-presence-owner"); // entries made from here on are nobody's until somebody logs in
  });

  /* ---------- Rows of a formset ---------- */
  const rows = (set) => [...set.querySelectorAll("[data-formset-row]")];
  const isBlank = (row) => [...row.querySelectorAll("input, select, textarea")]
    .filter((field) => field.type !== "hidden" && !/-DELETE$/.test(field.name))
    .every((field) => isChoice(field) ? field.checked === field.defaultChecked : field.value === "" || field.tagName === "SELECT");
  const isRefused = (row) => row.querySelector("[aria-invalid=true], .field-errors");

  function cloneRow(set) {
    const total = set.querySelector("[name$=-TOTAL_FORMS]");
    const template = set.querySelector("template[data-formset-empty]");
    const holder = document.createElement("div");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
    const row = holder.firstElementChild;
    template.before(row);
    total.value = String(Number(total.value) + 1);
    return row;
  }

  function foldSpareRows(set) {
    let shown = 0;
    for (const row of rows(set)) {
      const removed = row.querySelector("[name$=-DELETE]:checked");
      row.hidden = Boolean(removed) || (isBlank(row) && !isRefused(row) && shown > 0);
      if (!row.hidden) shown += 1;
    }
  }

  document.addEventListener("click", (event) => {
    const add = event.target.closest("[data-formset-add]");
    const remove = event.target.closest("[data-formset-remove]");
    const set = (add || remove) && (add || remove).closest("[data-formset]");
    if (add) {
      const spare = rows(set).find((row) => row.hidden && isBlank(row) && !row.querySelector("[name$=-DELETE]:checked"));
      const row = spare || cloneRow(set);
      row.hidden = false;
      const first = row.querySelector("input:not([type=hidden]), select, textarea");
      if (first) first.focus();
    }
    if (remove) {
      const row = remove.closest("[data-formset-row]");
      const mark = row.querySelector("[name$=-DELETE]");
      if (mark) mark.checked = true;
      row.hidden = true;
      set.querySelector("[data-formset-add]").focus();
      set.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  /* ---------- One click, one submit ---------- */
  const release = (form) => {
    delete form.dataset.sending;
    form.querySelectorAll("[aria-disabled=true][data-held]").forEach((button) => { button.removeAttribute("aria-disabled"); delete button.dataset.held; });
  };
  const HELD_MS = 15000;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("method") !== "post" || "again" in form.dataset) return;
    if (form.dataset.sending) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sending = "1";
    form.querySelectorAll("button[type=submit], button:not([type])").forEach((button) => { button.setAttribute("aria-disabled", "true"); button.dataset.held = "1"; });
    setTimeout(() => release(form), HELD_MS);
  }, true);
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));
  document.addEventListener("htmx:afterRequest", (event) => { const form = event.target.closest && event.target.closest("form[data-sending]"); if (form) release(form); });

  /* ---------- Select all ---------- */
  const boxes = (from, name) => [...(from.closest("form") || document).querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]:not(:disabled)`)];
  const recount = (form) => {
    const scope = form || document;
    scope.querySelectorAll("[data-check-count]").forEach((place) => {
      const all = boxes(place, place.dataset.checkCount);
      const chosen = all.filter((box) => box.checked).length;
      place.textContent = place.dataset.text ? place.dataset.text.replace("{n}", chosen) : `${chosen} / ${all.length}`;
    });
    scope.querySelectorAll("[data-check-all]").forEach((head) => {
      const all = boxes(head, head.dataset.checkAll);
      const chosen = all.filter((box) => box.checked).length;
      head.checked = all.length > 0 && chosen === all.length;
      head.indeterminate = chosen > 0 && chosen < all.length;
    });
  };
  /* “Agree to 13 dates” counts down with each date that is left out. */
  const countLess = (form) => each("[data-less]", form, (button) => {
    button.dataset.all = button.dataset.all || (button.textContent.match(/\d+/) || [""])[0];
    const out = form.querySelectorAll(`[name="${CSS.escape(button.dataset.less)}"]:checked`).length;
    if (button.dataset.all) button.textContent = button.textContent.replace(/\d+/, Math.max(button.dataset.all - out, 0));
  });
  document.addEventListener("change", (event) => {
    if (event.target.form && event.target.type === "checkbox") countLess(event.target.form);
    const head = event.target.closest("[data-check-all]");
    if (head) { const to = head.checked; boxes(head, head.dataset.checkAll).forEach((box) => { box.checked = to; }); }
    if (event.target.type === "checkbox") recount(event.target.closest("form"));
  });

  /* ---------- "I have seen it": told by the page itself once somebody looks at it ---------- */
  const sendWhenShown = (form) => {
    const send = () => {
      if (document.visibilityState !== "visible") return;
      document.removeEventListener("visibilitychange", send);
      const done = () => form.querySelectorAll("button").forEach((button) => { button.hidden = true; });
      fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).then(done, () => {});
    };
    document.addEventListener("visibilitychange", send);
    send();
  };

  /* ---------- Start, also for what htmx brings ---------- */
  const start = (from) => {
    each("[data-formset]", from, foldSpareRows);
    each("form[data-keep]", from, startKeeping);
    each("form[data-send-when-shown]", from, sendWhenShown);
    recount(null);
    each("form", from, countLess);
    const focus = from.querySelector("[data-focus]");
    if (focus) focus.focus();
  };
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) start(event.target); });
  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach((name) => document.addEventListener(name, () => showNotice(text("textOffline"), { id: "offline" })));
  dropAccepted();
  start(document);
})();
