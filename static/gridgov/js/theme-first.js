// Runs before the first paint.
// The theme chosen on this device, if it was not "as the device".
const chosenTheme = localStorage.getItem("theme");
if (chosenTheme === "light" || chosenTheme === "dark") document.documentElement.dataset.theme = chosenTheme;

// The server lays out the pages that standing and sitting people share by what this says.
const wide = matchMedia("(min-width: 1024px)");
const tellPosture = () => {
  document.cookie = `posture=${wide.matches ? "console" : "phone"}; path=/; max-age=31536000; samesite=lax`;
};
tellPosture();
wide.addEventListener("change", tellPosture);
