// Randomness as an argument: the browser's own here, a fixed one in tests.
export type Random = (size_bytes: number) => Uint8Array;

export const randomBytes: Random = (size_bytes) => crypto.getRandomValues(new Uint8Array(size_bytes));
