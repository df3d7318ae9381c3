/* Fills in the position when the button is pressed; without one the server says what to do. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-home-point]");
  if (!form || !navigator.geolocation) return;
  const state = form.querySelector("[data-text]");
  form.addEventListener("submit", (event) => {
    if (form.dataset.ready) return;
    event.preventDefault();
    state.textContent = state.dataset.text;
    const go = () => { form.dataset.ready = "1"; form.requestSubmit(); };
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      form.elements.latitude.value = coords.latitude.toFixed(6);
      form.elements.longitude.value = coords.longitude.toFixed(6);
      form.elements.accuracy_m.value = Math.round(coords.accuracy);
      go();
    }, go, { enableHighAccuracy: true, timeout: 9000, maximumAge: 0 });
  });
})();
