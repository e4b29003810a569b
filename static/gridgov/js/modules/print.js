// The button that prints the page.
export default function start(button) {
  button.addEventListener("click", () => window.print());
}
