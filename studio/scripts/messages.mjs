// Makes the page's types, and the table by which it checks what arrives, from the JSON Schema that the server's messages are written as.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { compile } from "json-schema-to-typescript";

const here = new URL("../", import.meta.url);
const schema = JSON.parse(await readFile(new URL("messages.schema.json", here), "utf8"));
const banner = "// Made from messages.schema.json by scripts/messages.mjs.";
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
const told = reach("Answer");
for (const name of told) {
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

// Bounds are for what is asked, and the server's to keep.
const CHECKED = new Set(["$ref", "anyOf", "enum", "type", "properties", "required", "additionalProperties", "items"]);

/** Return a schema with what is checked of answers alone. */
function toldIn(node) {
  const kept = Object.entries(node).filter(([key]) => CHECKED.has(key));
  const within = (key, value) => {
    if (key === "properties") return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toldIn(one)]));
    if (key === "anyOf") return value.map(toldIn);
    return key === "items" || (key === "additionalProperties" && typeof value === "object") ? toldIn(value) : value;
  };
  return Object.fromEntries(kept.map(([key, value]) => [key, within(key, value)]));
}

const table = Object.fromEntries([...told].sort().map((name) => [name, toldIn(definitions[name])]));

await mkdir(new URL("src/generated/", here), { recursive: true });
await writeFile(
  new URL("src/generated/messages.ts", here),
  types.replace(/\/\*\*\n \* This interface was referenced[\s\S]*?\*\/\n/g, "").replace(/export interface Messages \{\s*\}\n/, ""),
);
await writeFile(new URL("src/generated/table.json", here), JSON.stringify(table));
