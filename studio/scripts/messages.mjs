// Makes the page's types, and the table by which it checks what arrives, from the classes of the server's messages: Python writes them as
// JSON Schema. The environment variable PYTHON names the Python that has Chainrule; studio/build.py sets it.
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const here = new URL("../", import.meta.url);
const source = fileURLToPath(new URL("../src", here));
const written = execFileSync(process.env.PYTHON ?? "python3", ["-m", "chainrule.studio.schema"], {
  env: { ...process.env, PYTHONPATH: [source, ...(process.env.PYTHONPATH ? [process.env.PYTHONPATH] : [])].join(delimiter) },
  maxBuffer: 1 << 26,
  stdio: ["ignore", "pipe", "inherit"],
});
const schema = JSON.parse(written);
const banner = "// Made by scripts/messages.mjs from the classes of chainrule.studio.";
const definitions = bare(schema.$defs);

/** Return a schema without what only people read. */
function bare(node) {
  if (Array.isArray(node)) return node.map(bare);
  if (node === null || typeof node !== "object") return node;
  const forPeople = (key, value) => typeof value === "string" && (key === "title" || key === "description");
  return Object.fromEntries(Object.entries(node).flatMap(([key, value]) => (forPeople(key, value) ? [] : [[key, bare(value)]])));
}

/** Return the names of the definitions that one leads to, itself included. */
function reach(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const [, to] of JSON.stringify(definitions[name]).matchAll(/"#\/\$defs\/([^"]+)"/g)) reach(to, found);
  return found;
}

// The server leaves no field out, also where it has a default.
const sent = new Set([...reach("Frame"), ...reach("Responses")]);
for (const name of sent) {
  const { properties } = definitions[name];
  if (properties) definitions[name].required = Object.keys(properties);
}

// An array lies beside its message, in the same frame: `frames.ts` puts it into its block.
const arrays = { tsType: "Float32Array | Int32Array | Uint8Array" };
const typed = {
  ...definitions,
  Block: {
    ...definitions.Block,
    properties: { ...definitions.Block.properties, values: arrays },
    required: [...definitions.Block.required, "values"],
  },
};
const options = {
  bannerComment: banner,
  additionalProperties: false,
  ignoreMinAndMaxItems: true,
  unreachableDefinitions: true,
  format: false,
};
const types = await compile({ title: "Messages", type: "object", $defs: typed }, "Messages", options);
const acts = `\n/** The requests that do something. */\nexport const ACTS = ${JSON.stringify(schema.acts)} as const;\n`;

// Bounds are for what is asked, and the server's to keep.
const CHECKED = new Set(["$ref", "anyOf", "enum", "type", "properties", "required", "additionalProperties", "items"]);

/** Return a schema with what is checked of the server's messages alone. */
function checkedPart(node) {
  if (node.prefixItems) return { type: "array", items: { anyOf: node.prefixItems.map(checkedPart) } }; // a tuple, as a list
  const kept = Object.entries(node).filter(([key]) => CHECKED.has(key));
  const within = (key, value) => {
    if (key === "properties") return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, checkedPart(one)]));
    if (key === "anyOf") return value.map(checkedPart);
    return (key === "items" || key === "additionalProperties") && typeof value === "object" ? checkedPart(value) : value;
  };
  return Object.fromEntries(kept.map(([key, value]) => [key, within(key, value)]));
}

const table = Object.fromEntries([...sent].sort().map((name) => [name, checkedPart(definitions[name])]));

await mkdir(new URL("src/generated/", here), { recursive: true });
await writeFile(
  new URL("src/generated/messages.ts", here),
  types.replace(/\/\*\*\n \* This interface was referenced[\s\S]*?\*\/\n/g, "").replace(/export interface Messages \{\s*\}\n/, "") + acts,
);
await writeFile(new URL("src/generated/table.json", here), JSON.stringify(table));
