// Light, dark or as the device; kept on this device.
const CHANNEL = "theme-changed";

export default function start(switcher) {
  const show = () => {
    const chosen = localStorage.getItem("theme") ?? "auto";
    for (const input of switcher.querySelectorAll("input")) input.checked = input.value === chosen;
  };
  switcher.addEventListener("change", (event) => {
    apply(event.target.value);
    document.dispatchEvent(new CustomEvent(CHANNEL));
  });
  document.addEventListener(CHANNEL, show);
  show();
  switcher.hidden = false;
}

function apply(theme) {
  if (theme === "auto") {
    localStorage.removeItem("theme");
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem("theme", theme);
    document.documentElement.dataset.theme = theme;
  }
}
