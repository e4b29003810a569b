// Runs before the first paint: the theme chosen on this device, if it was not "as the device".
const chosenTheme = localStorage.getItem("theme");
if (chosenTheme === "light" || chosenTheme === "dark") document.documentElement.dataset.theme = chosenTheme;
