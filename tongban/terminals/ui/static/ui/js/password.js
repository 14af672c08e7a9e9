// Shows what is typed into a password field, and hides it again. Without this program the field works, its button is hidden.

for (const button of document.querySelectorAll("button[data-shows]")) {
  const field = document.getElementById(button.dataset.shows);
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
  // Browsers keep what stands in a field of text; a password is kept only where its owner wants that.
  field.form.addEventListener("submit", () => {
    field.type = "password";
  });
}
