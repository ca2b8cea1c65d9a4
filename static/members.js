// Copies what is shown once. Without it the text can still be selected.
const button = document.getElementById("copy");
if (button && navigator.clipboard) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const told = document.getElementById("copied");
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      told.textContent = "Copied.";
    } catch {
      told.textContent = "The browser does not allow it; select the text and copy it.";
    }
  });
}
