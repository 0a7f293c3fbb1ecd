/**
 * The set-up begins the joined file with it, empty; the build fills in the version and the files, each with its SHA-256.
 * Where it stays empty (the sources served as they are) the service worker caches nothing.
 */
declare const SHELL: { version: string; files: Record<string, string>; later: Record<string, string> };
