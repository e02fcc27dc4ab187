// Turns the search box for providers into one that lists choices while a person types. Without this file it is a form.
const SHORTEST = 2;
const PAUSE = 150;
const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text) => text.replace(/[&<>"']/g, (sign) => entities[sign]);

function listening(form) {
  let waiting;
  let asked = 0;
  return (words, show) => {
    clearTimeout(waiting);
    const turn = ++asked;
    waiting = setTimeout(async () => {
      const separator = form.dataset.search.includes("?") ? "&" : "?";
      let found = [];
      try {
        const answer = await fetch(`${form.dataset.search}${separator}q=${encodeURIComponent(words)}`);
        if (answer.ok) found = await answer.json();
      } catch {
        // The button below still searches.
      }
      // An answer that comes late must not replace that of a later question.
      if (turn === asked) show(found);
    }, PAUSE);
  };
}

for (const form of document.querySelectorAll("[data-provider-picker]")) {
  const input = form.querySelector("#q");
  // A person may have begun to type before this file came; what they typed and where they were must stay.
  const [typed, focused] = [input.value, document.activeElement === input];
  const box = document.createElement("div");
  const described = input.getAttribute("aria-describedby");
  input.replaceWith(box);
  window.accessibleAutocomplete({
    element: box,
    id: input.id,
    name: input.name,
    defaultValue: input.defaultValue,
    minLength: SHORTEST,
    autoselect: false,
    confirmOnBlur: false,
    displayMenu: "overlay",
    source: listening(form),
    templates: {
      // What is no choice but a sentence about the choices is never the words that were typed.
      inputValue: (choice) => choice?.name ?? "",
      suggestion: (choice) =>
        typeof choice === "string"
          ? escaped(choice)
          : `${escaped(choice.name)} <span class="app-results__detail">${escaped(choice.detail)}</span>`,
    },
    onConfirm: (choice) => {
      if (choice) window.location.assign(form.dataset.choose + encodeURIComponent(choice.ref));
    },
    tNoResults: () => "Nothing found yet: try fewer words, the postcode or the number",
  });
  // Enter in the box itself searches; on a choice, it chooses.
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.id === input.id) form.requestSubmit();
  });
  const made = form.querySelector("#q");
  if (described) made.setAttribute("aria-describedby", described);
  if (focused) made.focus();
  // Once drawn with the focus it selects all it holds, so the words come after that.
  if (typed !== input.defaultValue)
    setTimeout(() => {
      made.value = typed;
      made.setSelectionRange(typed.length, typed.length);
      made.dispatchEvent(new Event("input", { bubbles: true }));
    });
}
