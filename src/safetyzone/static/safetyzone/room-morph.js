// Put a fetched fragment in the place of the one on the screen, touching only what differs: what has the focus keeps it,
// what is half typed stays, what is open stays open. Elements are matched by data-key, id, or their place.

const OURS = new Set(["data-age", "tabindex", "aria-selected", "data-hidden", "data-lit", "open"]); // set here, unknown to the server

export function morph(old, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  if (fresh) element(old, fresh);
}

const made = new WeakMap(); // of a list's element: the text that it was last made of

/** Put a list's elements right, in order: [key, html], null for one that stays as it is. Only what differs is parsed and touched.
 * Returns the elements that are new or different; null if one is to stay that is not here. */
export function fill(list, pieces) {
  if (!list) return [];
  const had = new Map();
  for (const child of list.children) had.set(child.dataset.key, child);
  if (pieces.some(([key, html]) => html === null && !had.has(key))) return null;
  const changed = [];
  const wanted = pieces.map(([key, html]) => {
    const old = had.get(key);
    had.delete(key);
    if (html === null || (old && made.get(old) === html)) return old;
    const fresh = parse(html);
    if (old) element(old, fresh);
    made.set(old ?? fresh, html);
    changed.push(old ?? fresh);
    return old ?? fresh;
  });
  for (const gone of had.values()) gone.remove();
  let here = list.firstElementChild;
  for (const child of wanted) {
    if (child === here) here = here.nextElementSibling;
    else place(list, child, here);
  }
  return changed;
}

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

function element(old, fresh) {
  if (old.hasAttribute("data-keep")) return;
  attributes(old, fresh);
  if (old instanceof HTMLInputElement || old instanceof HTMLTextAreaElement || old instanceof HTMLSelectElement) {
    if (old instanceof HTMLSelectElement && old !== document.activeElement && !old.dataset.touched) children(old, fresh);
    return; // what a person typed is his
  }
  if (!old.hasAttribute("data-pieces")) children(old, fresh); // a list is filled by itself
}

function attributes(old, fresh) {
  for (const { name, value } of [...fresh.attributes])
    if (!(OURS.has(name) && old.hasAttribute(name)) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes])
    if (!fresh.hasAttribute(name) && !OURS.has(name)) old.removeAttribute(name);
}

const keyOf = (node) => (node.nodeType === 1 ? node.dataset.key || node.id || "" : "");
const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

function children(old, fresh) {
  const kept = new Map();
  for (const child of old.children) if (keyOf(child)) kept.set(keyOf(child), child);
  let here = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = keyOf(wanted);
    const found = key ? kept.get(key) : here && !keyOf(here) && alike(here, wanted) ? here : null;
    if (found && found.nodeName === wanted.nodeName) {
      if (found === here) here = here.nextSibling;
      else place(old, found, here);
      if (found.nodeType === 1) element(found, wanted);
      else if (found.nodeValue !== wanted.nodeValue) found.nodeValue = wanted.nodeValue;
    } else old.insertBefore(wanted, here);
  }
  while (here) {
    const next = here.nextSibling;
    here.remove();
    here = next;
  }
}

// Moving an element in the tree takes the focus from it; give it back.
function place(parent, child, before) {
  const focused = child.contains(document.activeElement) ? document.activeElement : null;
  if (parent.moveBefore && child.isConnected && parent.isConnected) parent.moveBefore(child, before); // a picture plays on
  else parent.insertBefore(child, before);
  focused?.focus({ preventScroll: true });
}
