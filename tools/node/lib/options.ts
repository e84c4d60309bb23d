// Command lines of the tools: `--name value`, each known by name, each with a default or required.

export function readOptions<Name extends string>(usage: string, defaults: Readonly<Record<Name, string | null>>): Record<Name, string> {
  const names = Object.keys(defaults) as Name[];
  const values: Partial<Record<Name, string>> = {};
  const words = process.argv.slice(2);
  for (let i = 0; i < words.length; i += 2) {
    const name = names.find((known) => `--${known}` === words[i]);
    const value = words[i + 1];
    if (name === undefined || value === undefined) fail(usage, `does not know ${words[i] ?? ""}, or it has no value`);
    values[name] = value;
  }
  for (const name of names) {
    const value = values[name] ?? defaults[name];
    if (value === null) fail(usage, `needs --${name}`);
    values[name] = value;
  }
  return values as Record<Name, string>;
}

export function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`not a port: ${text}`);
  return port;
}

function fail(usage: string, reason: string): never {
  process.stderr.write(`${reason}\nusage: ${usage}\n`);
  process.exit(2);
}
