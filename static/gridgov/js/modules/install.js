// The way to put the app on the home screen: with one tap where the browser offers it, else in words; gone once it is there.
export default function start(part) {
  if (matchMedia("(display-mode: standalone)").matches || navigator.standalone) return;
  const button = part.querySelector("[data-install]");
  part.hidden = false;
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    button.hidden = false;
    part.querySelector("[data-by-hand]").hidden = true;
    button.onclick = () => event.prompt();
  });
  addEventListener("appinstalled", () => { part.hidden = true; });
}
