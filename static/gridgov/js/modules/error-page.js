/** What happened and what to do, as the server's error page says it; "" when the answer is no such page. */
export function sentenceOf(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const message = page.querySelector("[data-error-message]");
  const advice = message?.parentElement.querySelector("p");
  return [message, advice].map((element) => element?.textContent.trim()).filter(Boolean).join(" ");
}
