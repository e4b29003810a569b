// IndexedDB as promises: one database for each person on this phone, so that nobody sends or sees another's work.
const VERSION = 1;

/** Open a person's store; rejects where the browser keeps nothing (some private windows). */
export function open(user) {
  const asked = indexedDB.open(`gridgov-${user}`, VERSION);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("items", { keyPath: "id" });
    asked.result.createObjectStore("photos", { keyPath: "uuid" }).createIndex("item", "item");
  };
  return answered(asked).then((database) => {
    // A later release may need to change the tables while this page is still open.
    database.onversionchange = () => database.close();
    return database;
  });
}

/**
 * Do things with both tables in one transaction: `work({items, photos})` must only wait for what it asks of them.
 * Answers what `work` answers, once all of it is on the disk; when `work` fails, nothing of it is kept.
 */
export async function within(database, mode, work) {
  const transaction = database.transaction(["items", "photos"], mode, { durability: "strict" });
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("not kept"));
  });
  ended.catch(() => {}); // said again below, unless `work` failed first
  try {
    const answer = await work({ items: table(transaction, "items"), photos: table(transaction, "photos") });
    await ended;
    return answer;
  } catch (error) {
    try { transaction.abort(); } catch { /* it has ended already */ }
    throw error;
  }
}

function table(transaction, name) {
  const rows = transaction.objectStore(name);
  return {
    get: (key) => answered(rows.get(key)),
    all: () => answered(rows.getAll()),
    of: (item) => answered(rows.index("item").getAll(item)),
    put: (row) => answered(rows.put(row)),
    delete: (key) => answered(rows.delete(key)),
  };
}

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
