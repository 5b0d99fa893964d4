/** The browser's answer, asked for once in the life of the page. */
let asked: Promise<boolean> | undefined;

/**
 * Asks the browser to keep what is stored here, unless it has promised to already. To be called when there is first
 * something to keep, not on load: Firefox asks its user, and browsers judge by what the user has done. Nothing may wait for
 * the answer, which can take as long as the user does.
 *
 * @returns Whether the browser promised.
 */
export function askToKeep(): Promise<boolean> {
  asked ??= ask().catch(() => false);
  return asked;
}

async function ask(): Promise<boolean> {
  // Windows of insecure origins have no storage manager.
  const storage = navigator.storage as StorageManager | undefined;
  if (storage === undefined) return false;
  return (await storage.persisted()) || (await storage.persist());
}
