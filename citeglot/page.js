// A number in an answer opens the cards around its sentence and brings it into view. Without this, the browser
// would follow the link from the page's base address, which loses the conversation where that differs.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.cg-cite");
  const sentence = link && document.getElementById(link.getAttribute("href").slice(1));
  if (!link) return;
  event.preventDefault();
  if (!sentence) return;
  for (let fold = sentence.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  document.querySelectorAll("mark.cg-shown").forEach((mark) => mark.classList.remove("cg-shown"));
  sentence.classList.add("cg-shown");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  sentence.scrollIntoView({ block: "center", behavior: still ? "instant" : "smooth" });
});
