// The page of what this phone keeps: drafts, waiting, sent and refused, each with what one can do about it.
import { ask } from "../phone/ask.js";
import { exportQueue, importQueue } from "../phone/queue-file.js";
import { canKeep, deleteItem, enqueue, listItems, photosOf, takeBack, whenChanged } from "../phone/queue.js";
import { drain } from "../phone/sender.js";
import { age, moment, reasonOf, words } from "../phone/words.js";

const MINUTE = 60_000;
// A step of a case that somebody else took meanwhile: its words and photos can still be said in the case.
const STEP = /(\/api\/v1\/cases\/[^/]+\/)(?!comment\/)[a-z-]+\/$/;
const LONGEST_COMMENT = 2000; // letters
const OVERTAKEN = ["step_not_allowed", "not_permitted", "case_moved_on", "overtaken"];

export default async function start(page) {
  const said = page.dataset;
  const pattern = page.querySelector("template[data-item]");
  const trouble = page.querySelector("[data-trouble]");
  const urls = new Map();
  const under = {}; // item → what the sender does with it just now
  let next = null;

  if (!(await canKeep())) return complain(said.unsafe);
  page.querySelector("[data-export]").addEventListener("click", save);
  page.querySelector("[data-import]").addEventListener("change", bringIn);
  whenChanged((news) => {
    if (news.stage === "photo") under[news.id] = words("sendingPhoto", news);
    else if (news.stage === "body") under[news.id] = words("sendingBody");
    else if (news.stage === "rests") for (const id of Object.keys(under)) delete under[id];
    next ??= setTimeout(() => { next = null; show(); }, 50);
  });
  await show();

  async function show() {
    const items = await listItems();
    for (const place of page.querySelectorAll("[data-place]")) {
      const here = items.filter((item) => item.state === place.dataset.place);
      page.querySelector(`[data-count=${place.dataset.place}]`).textContent = here.length;
      place.querySelector("[data-empty]").hidden = here.length > 0;
      place.querySelector("[data-about]")?.toggleAttribute("hidden", !here.length);
      await showCards(place.querySelector("[data-cards]"), here);
    }
    page.querySelector("[data-logged-out]").hidden = !items.some((item) => item.state === "waiting" && item.reason?.code === "logged_out");
  }

  /** Cards stay where they are as things change, so that no button moves away from under a finger. */
  async function showCards(box, items) {
    const cards = new Map([...box.children].map((card) => [card.dataset.id, card]));
    for (const item of items) {
      const card = cards.get(item.id) ?? newCard(item);
      cards.delete(item.id);
      if (!card.isConnected) box.append(card);
      await fill(card, item);
    }
    for (const gone of cards.values()) gone.remove();
  }

  function newCard(item) {
    const card = pattern.content.firstElementChild.cloneNode(true);
    card.dataset.id = item.id;
    card.querySelector("[data-send]").addEventListener("click", () => drain({ now: true }));
    card.querySelector("[data-comment]").addEventListener("click", () => comment(item.id), { once: true });
    card.querySelector("[data-open]").addEventListener("click", (event) => open(event, item.id));
    card.querySelector("[data-delete]").addEventListener("click", () => remove(item.id));
    return card;
  }

  async function fill(card, item) {
    const part = (name) => card.querySelector(`[data-${name}]`);
    const since = item.sent_at ?? item.waiting_since ?? item.changed_at ?? item.created_at;
    text(part("title"), titleOf(item));
    text(part("detail"), item.detail ?? "");
    part("detail").hidden = !item.detail;
    text(part("when"), Date.now() - since < MINUTE ? moment(since) : said.ago.replace("{moment}", moment(since)).replace("{age}", age(since)));
    const why = item.state === "waiting" ? (under[item.id] ?? (reasonOf(item) || said.notTried)) : item.state === "refused" ? reasonOf(item) : "";
    part("why").hidden = !why;
    text(part("why").lastElementChild, why);
    part("send").hidden = item.state !== "waiting";
    part("comment").hidden = !(item.state === "refused" && STEP.test(item.url) && OVERTAKEN.includes(item.reason?.code));
    part("open").hidden = !["draft", "refused"].includes(item.state) || !item.form_path;
    part("open").href = formOf(item, item.id);
    part("delete").hidden = !["draft", "refused"].includes(item.state);
    const made = item.view_path ?? item.done_path;
    part("result").hidden = item.state !== "sent" || !made;
    part("result").href = (made ?? "").replace(/\{(\w+)\}/g, (_, key) => item.answer?.[key] ?? "");
    await fillPhotos(part("photos"), item);
  }

  async function fillPhotos(list, item) {
    if (list.dataset.of === item.photos.join()) return;
    list.dataset.of = item.photos.join();
    const photos = (await photosOf(item.id)).filter((photo) => photo.thumb);
    list.hidden = !photos.length;
    list.replaceChildren(...photos.map((photo) => {
      if (!urls.has(photo.uuid)) urls.set(photo.uuid, URL.createObjectURL(new Blob([photo.thumb], { type: "image/jpeg" })));
      const shot = document.createElement("li");
      shot.className = "shot";
      shot.append(Object.assign(document.createElement("img"), { src: urls.get(photo.uuid), alt: "", width: 160, height: 120 }));
      return shot;
    }));
  }

  async function open(event, id) {
    event.preventDefault();
    const item = (await listItems()).find((one) => one.id === id);
    if (item) location.assign(formOf(item, item.state === "refused" ? await takeBack(id) : id));
  }

  /** What was done out there goes into the case's story, although the step was no longer theirs to take. */
  async function comment(refused) {
    const { title, verdict, url, body, photos } = (await listItems()).find((one) => one.id === refused);
    const said = [title, verdict, body.note ?? body.reason].filter(Boolean).join(": ");
    const id = await takeBack(refused);
    await enqueue({ id, title: page.dataset.commentTitle.replace("{title}", title), url: url.replace(STEP, "$1comment/"), body: { text: [...said].slice(0, LONGEST_COMMENT).join(""), photo_uuids: photos, ...(body.done_at && { done_at: body.done_at }) } });
  }

  async function remove(id) {
    const item = (await listItems()).find((one) => one.id === id);
    if (!item) return;
    const detail = said.deleteDetail.replace("{title}", item.title).replace("{n}", item.photos.length);
    if (await ask({ question: said.deleteQuestion, detail, label: said.deleteLabel })) await deleteItem(id);
  }

  async function save() {
    const file = await exportQueue();
    const address = URL.createObjectURL(file);
    Object.assign(document.createElement("a"), { href: address, download: file.name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  async function bringIn({ target }) {
    const [file] = target.files;
    target.value = "";
    if (!file) return;
    try {
      complain(said.imported.replace("{n}", await importQueue(file)));
    } catch {
      complain(said.notOurs);
    }
  }

  function complain(words) {
    trouble.hidden = false;
    text(trouble, words);
  }
}

/** With the number that the server gave it, unless the title was about a case already. */
function titleOf({ title, state, answer }) {
  const number = state === "sent" ? answer?.number : null;
  return number && !title.includes(number) ? `${title} · ${number}` : title;
}

/** The form in which a draft goes on. */
function formOf(item, draft) {
  const address = new URL(item.form_path ?? "", location);
  address.searchParams.set("draft", draft);
  return address.href;
}

function text(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
