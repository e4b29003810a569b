// A button that copies an address and says so.
export default function start(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.text);
    button.querySelector("span").textContent = button.dataset.done;
  });
}
