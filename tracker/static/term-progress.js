// Shows how far the work on a plan is, and the plan when it is ready. Without this file, a link does the same.
const EVERY = 2500;

async function look() {
  const shown = document.querySelector("[data-progress='at-work']");
  if (!shown) return;
  try {
    const answer = await fetch(window.location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector("[data-progress]");
    if (!answer.ok || !next || next.dataset.progress !== "at-work") {
      window.location.reload();
      return;
    }
    if (next.innerHTML !== shown.innerHTML) shown.innerHTML = next.innerHTML;
  } catch {
    // The next look may be luckier.
  }
  window.setTimeout(look, EVERY);
}

window.setTimeout(look, EVERY);
