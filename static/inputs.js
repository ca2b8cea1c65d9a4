// The number beside a slider follows it; what it selects is fetched by htmx.
document.addEventListener("input", (event) => {
  if (event.target.id !== "threshold") return;
  document.getElementById("threshold-shown").textContent = (event.target.value / 100).toFixed(2);
});
