// Fills in a demo log-in with one press; Enter or the button then goes in.
export default function start(people) {
  people.addEventListener("click", (event) => {
    const person = event.target.closest("[data-username]");
    if (!person) return;
    document.querySelector("input[name=username]").value = person.dataset.username;
    document.querySelector("input[name=password]").value = people.dataset.password;
    document.querySelector("form [name=password]").form.querySelector(".button--primary").focus();
  });
}
