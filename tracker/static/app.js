// Starts the Design System's components. Every page works without this file.
import { initAll } from "./assets/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
