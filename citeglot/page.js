// What a page of Gradio cannot do by itself. The policy of the page forbids code from texts, so all of it stands here.

// Each tab keeps a conversation of its own over a reload; a new tab begins with the one that was kept last.
const KEY = "citeglot-conversation";
const keep = Storage.prototype.setItem;
try {
  const own = sessionStorage.getItem(KEY);
  if (own) keep.call(localStorage, KEY, own);
  Storage.prototype.setItem = function (key, value) {
    keep.call(this, key, value);
    if (this === localStorage && key === KEY) keep.call(sessionStorage, key, value);
  };
} catch { /* a browser that keeps nothing */ }

const still = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth");
const bring = (place) => place.scrollIntoView({ block: "center", behavior: still() });

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.cg-cite, a.cg-show");
  if (link) {
    // Without this, the browser would follow the link from the page's base address, and lose the conversation.
    event.preventDefault();
    link.matches(".cg-cite") ? showSource(link) : wish(link.getAttribute("href"));
  }
  if (event.target.closest("#cg-save")) saveFile();
});

// A number in an answer opens the cards around its sentence and brings it into view.
function showSource(link) {
  const sentence = document.getElementById(link.getAttribute("href").slice(1));
  if (!sentence) return;
  for (let fold = sentence.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  document.querySelectorAll("mark.cg-shown").forEach((mark) => mark.classList.remove("cg-shown"));
  sentence.classList.add("cg-shown");
  bring(sentence);
}

// A link into the articles is a wish to the server: the hidden box takes it there.
let wishes = 0;
let awaited = false;
function wish(address) {
  const box = document.querySelector("#cg-wish textarea, #cg-wish input");
  box.value = `${address} ${++wishes}`;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  awaited = address.startsWith("#article");
  document.getElementById("article-mark")?.removeAttribute("id");
}

// The server answers the button with a file as text in a hidden box; the browser makes a file of it.
function saveFile() {
  const box = document.querySelector("#cg-packet textarea, #cg-packet input");
  const before = box.value;
  const tries = setInterval(() => {
    if (box.value === before) return;
    clearInterval(tries);
    const file = JSON.parse(box.value);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file.html], { type: "text/html" }));
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }, 100);
  setTimeout(() => clearInterval(tries), 30000);
}

// What Gradio leaves unsaid to those who hear the page: folds tell whether they are open, a finished answer is
// announced once, and the words of a draft are not read out one by one.
function describe() {
  document.querySelectorAll("button.label-wrap").forEach((fold) => {
    const open = String(fold.classList.contains("open"));
    if (fold.getAttribute("aria-expanded") !== open) fold.setAttribute("aria-expanded", open);
  });
  document.querySelectorAll("#cg-chat [role=log]:not([aria-live=off])").forEach((log) => log.setAttribute("aria-live", "off"));
  document.querySelectorAll("#cg-live:not([aria-live])").forEach((place) => {
    place.setAttribute("role", "status");
    place.setAttribute("aria-live", "polite");
  });
  // Gradio calls the examples a list and gives it buttons for items.
  document.querySelectorAll("#cg-chat .examples[role=list]").forEach((group) => group.setAttribute("role", "group"));
  const mark = awaited && document.querySelector("#article-mark");
  const article = awaited && document.querySelector("#cg-article .cg-article, #cg-article .cg-problem");
  if (article?.offsetParent) {
    awaited = false;
    bring(mark || document.getElementById("cg-article"));
    mark?.focus({ preventScroll: true });
  }
}
let planned = false;
new MutationObserver(() => {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => ((planned = false), describe()));
}).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["class", "style"] });
