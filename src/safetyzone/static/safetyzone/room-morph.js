// Put a fetched fragment in the place of the one on the screen, touching only what differs: what has the focus keeps it,
// what is half typed stays, what is open stays open. Elements are matched by data-key, id, or their place.

const OURS = new Set(["data-age", "tabindex", "aria-selected", "data-hidden", "open"]); // set here, unknown to the server

export function morph(old, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  if (fresh) element(old, fresh);
}

function element(old, fresh) {
  if (old.hasAttribute("data-keep")) return;
  attributes(old, fresh);
  if (old instanceof HTMLInputElement || old instanceof HTMLTextAreaElement || old instanceof HTMLSelectElement) {
    if (old instanceof HTMLSelectElement && old !== document.activeElement && !old.dataset.touched) children(old, fresh);
    return; // what a person typed is his
  }
  children(old, fresh);
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
  parent.insertBefore(child, before);
  focused?.focus({ preventScroll: true });
}
