// The talk without reloading: what is typed is kept until it has arrived, whatever happens to the line.

const form = document.querySelector("form[data-chat]");
const log = document.querySelector("[data-log]");
const trouble = document.querySelector("[data-trouble]");

if (form && log) {
  const field = form.elements.message;
  const status = form.querySelector("[data-status]");
  const words = form.dataset;
  const draft = `draft ${words.chat}`; // of this tab alone; gone once it is sent
  const WAITS = 35_000; // ms; the gateway answers or gives up after 29 s
  let isBusy = false;

  field.value ||= sessionStorage.getItem(draft) ?? "";
  const keep = () => {
    if (field.value) sessionStorage.setItem(draft, field.value);
    else sessionStorage.removeItem(draft);
  };
  field.addEventListener("input", keep);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("data-finish")) return; // a page of its own follows
    event.preventDefault();
    if (!isBusy && field.value.trim()) send(field.value, form.elements.once.value);
  });

  function bubble(role, text) {
    const item = document.createElement("li");
    item.className = `bubble bubble-${role}`;
    const who = document.createElement("span");
    who.className = "visually-hidden";
    who.textContent = role === "person" ? words.you : "";
    item.append(who, ` ${text}`);
    log.append(item);
    return item;
  }

  function waiting() {
    const item = bubble("agent", "");
    item.setAttribute("aria-hidden", "true");
    const dots = document.createElement("span");
    dots.className = "typing";
    dots.append(...[1, 2, 3].map(() => document.createElement("i")));
    item.replaceChildren(dots);
    return item;
  }

  const show = (item) => item.scrollIntoView({ block: "nearest" });

  // One message, once: tried again it carries the same key, and is answered as the first time.
  async function send(text, once, again) {
    isBusy = true;
    again?.remove();
    trouble.replaceChildren();
    const sent = new URLSearchParams(new FormData(form));
    sent.set("message", text);
    sent.set("once", once);
    const mine = bubble("person", text);
    const typing = waiting();
    status.textContent = words.typing;
    show(typing);
    field.value = "";
    let answer;
    try {
      answer = await fetch(form.action, {
        method: "POST",
        body: sent,
        headers: { "X-Fragment": "1", "X-Page": location.pathname },
        signal: AbortSignal.timeout(WAITS),
      });
    } catch {
      answer = null;
    }
    typing.remove();
    status.textContent = "";
    isBusy = false;
    if (answer?.ok) {
      sessionStorage.removeItem(draft);
      const next = answer.headers.get("X-Location");
      if (next) return location.assign(next);
      mine.remove();
      const lines = document.createElement("template");
      lines.innerHTML = await answer.text();
      log.append(lines.content);
      form.elements.once.value = crypto.randomUUID();
      show(log.lastElementChild);
      return field.focus();
    }
    const unsaid = field.value; // typed meanwhile
    sessionStorage.setItem(draft, text);
    if (answer && answer.status < 500 && answer.status !== 409 && answer.status !== 429) {
      mine.remove(); // refused: the text goes back to where it can be changed
      field.value = unsaid ? `${text}\n${unsaid}` : text;
    } else {
      mine.classList.add("unsent");
      const retry = document.createElement("button");
      retry.type = "button";
      retry.className = "button secondary";
      retry.textContent = words.retry;
      retry.addEventListener("click", () => send(text, once, mine));
      mine.append(document.createElement("br"), retry);
      retry.focus();
    }
    if (answer) trouble.innerHTML = await answer.text();
    else trouble.textContent = words.troubleText;
    status.textContent = words.unsent;
  }
}
