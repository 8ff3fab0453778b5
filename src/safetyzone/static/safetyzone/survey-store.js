// The phone's own memory: cameras to go to, and surveys made, with their photos. IndexedDB, because photos are too large for anything else.

const NAME = "survey";
const VERSION = 1;

let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.addEventListener("upgradeneeded", () => {
      asked.result.createObjectStore("cameras", { keyPath: "code" });
      asked.result.createObjectStore("surveys", { keyPath: "id" });
    });
    asked.addEventListener("success", () => resolve(asked.result));
    asked.addEventListener("error", () => reject(asked.error));
  });
  return opened;
}

/** Runs `work(store)` in one transaction and waits until it is truly kept. */
async function within(name, mode, work) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(name, mode);
    const asked = work(transaction.objectStore(name));
    transaction.addEventListener("complete", () => resolve(asked?.result));
    transaction.addEventListener("abort", () => reject(transaction.error));
  });
}

export const all = (name) => within(name, "readonly", (store) => store.getAll());
export const get = (name, key) => within(name, "readonly", (store) => store.get(key));
export const put = (name, thing) => within(name, "readwrite", (store) => { store.put(thing); });
export const remove = (name, key) => within(name, "readwrite", (store) => { store.delete(key); });

/** The whole list anew, in one transaction: it is never half there. */
export const replaceAll = (name, things) => within(name, "readwrite", (store) => {
  store.clear();
  for (const thing of things) store.put(thing);
});
